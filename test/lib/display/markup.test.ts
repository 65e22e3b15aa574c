import { inspect } from 'node:util';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { html, json, jpeg, latex, md, png, svg, type Rich } from '../../../lib/dist/display/index.js';

const hostile = `<img src=x onerror="alert('1')">&amp;`;
const shown = (rich: Rich): unknown => rich.content;

test('a tag puts values in as text, a function takes text as it is', () => {
  expect(shown(html`<b title="${hostile}">${hostile}</b>`)).toBe(
    '<b title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;</b>',
  );
  expect(shown(html('<b>&amp;</b>'))).toBe('<b>&amp;</b>');
  const values = [1, 2n, null, undefined, true, html('<i>'), md('*')];
  expect(shown(html`${values}`)).toBe('12true<i>*');
  expect(shown(md`**${'a*b_<c>'}** ${-1.5} ${md('*x*')}`)).toBe('**a\\*b\\_&lt;c&gt;** -1.5 *x*');
  expect(shown(latex`\frac{1}{${2}}`)).toBe('$$\\frac{1}{2}$$');
  expect(shown(latex('so $x$'))).toBe('so $x$');
  expect(inspect(html('<p>a &lt; b</p><style>p{}</style>'))).toBe('a < b');
});

test('no value can leave an HTML or SVG template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const root: string[] = [];
      const parser = new SaxesParser();
      parser.on('opentag', (tag) => root.push(tag.name));
      parser.on('error', (error) => {
        throw error;
      });
      parser.write(String(shown(svg`<svg id="${text}"><text>${text}</text></svg>`))).close();
      expect(root).toEqual(['svg', 'text']);
      expect(String(shown(html`${text}`))).not.toMatch(/[<>"']/);
    }),
  );
});

test('a picture in SVG names its namespace, else browsers do not show it', () => {
  expect(shown(svg`<svg width="1"/>`)).toBe('<svg xmlns="http://www.w3.org/2000/svg" width="1"/>');
  const whole = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>';
  expect(shown(svg(whole))).toBe(whole);
});

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test('pictures are bytes or base64', () => {
  expect(shown(png(pixel))).toBe(pixel);
  const bytes = new Uint8Array(
    Buffer.from(`....${Buffer.from(pixel, 'base64').toString('latin1')}`, 'latin1'),
  );
  expect(shown(png(bytes.subarray(4)))).toBe(pixel);
  expect(inspect(png(pixel))).toMatch(/^PNG picture, 1 × 1 pixels, \d+ bytes$/);
  expect(shown(jpeg(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])))).toBe('/9j/4A==');
});

test.each([
  [
    () => png('x!'),
    "png: data must be a Uint8Array with the bytes of a PNG file, or these in base64; it is 'x!'.",
  ],
  [() => png(new Uint8Array([0xff, 0xd8, 0xff])), 'it is a JPEG file: use jpeg().'],
  [() => png(new Uint8Array(3)), '3 bytes of something else'],
  [
    () => jpeg(5 as never),
    'jpeg: data must be a Uint8Array with the bytes of a JPEG file, or these in base64; it is 5.',
  ],
  [
    () => html(undefined as never),
    'html: text must be a string, or use it as a tag of a template; it is undefined.',
  ],
  [() => md([] as never), 'md: text must be a string, or use it as a tag of a template; it is [].'],
  [() => svg('<g/>'), "svg: text must hold an <svg> element; it is '<g/>'."],
  [() => json(4 as never), 'json: value must be an object or a list; it is 4.'],
  [() => json({ a: 1n }), 'json: value must be JSON:'],
])('what is wrong is named, %#', (f, words) => {
  expect(f).toThrow(TypeError);
  expect(f).toThrow(words);
});

test('JSON is what it will be on the page', () => {
  expect(shown(json({ a: new Date(0), b: undefined, c: [NaN] }))).toEqual({
    a: '1970-01-01T00:00:00.000Z',
    c: [null],
  });
});
