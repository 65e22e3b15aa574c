import fc from 'fast-check';
import { expect, test } from 'vitest';
import { label, LABEL_LENGTH, plain } from '../../../lib/dist/figures/label.js';
import { HOSTILE } from './support.js';

test('plain names stay as they are', () => {
  for (const name of ['conv2d_1', 'val_loss', 'dense (ReLU)', 'Größe 3×3', '損失', '🙂'])
    expect(label(name)).toBe(name);
});

test('nothing in a label is HTML, TeX or a template', () => {
  for (const name of HOSTILE) expect(label(name)).not.toMatch(/[<>"'$]|%\{|&(?!(amp|lt|gt|#3[4679]);)/);
  expect(label('<b>a & b</b>')).toBe('&lt;b&gt;a &amp; b&lt;/b&gt;');
});

test('for any text: escaped, short, XML, and read back as what was shown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const escaped = label(text);
      expect(escaped).not.toMatch(/[<>"'$%]/);
      expect(Array.from(plain(escaped)).length).toBeLessThanOrEqual(LABEL_LENGTH);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Surrogate}\ufffe\uffff]/u);
      expect(label(plain(escaped))).toBe(escaped);
    }),
  );
});

test('long names are cut off at a whole character', () => {
  expect(label('a'.repeat(200))).toBe(`${'a'.repeat(LABEL_LENGTH - 1)}…`);
  expect(label('🙂'.repeat(30), 10)).toBe(`${'🙂'.repeat(9)}…`);
});
