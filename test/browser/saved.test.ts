import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSnapshot, RUN_MIME, snapshot } from '../../lib/dist/run/index.js';
import { sampleRun } from '../lib/figures/sample-run.js';
import { startChromium } from './support/chromium.js';
import { chart, openInLab, openInNotebook7, picture, setTheme, shown, traces } from './support/lab.js';
import { displayData, writeNotebook } from './support/notebook.js';

const BAD = `<img src=x onerror="document.title='hacked'"><a href="javascript:document.title='hacked'">`;
const finished = sampleRun();
const diverged = sampleRun({ divergesAt: 400 });
const hostile = sampleRun({ layers: [BAD, '<b>bold</b>', '$\\frac{a}{b}$'], metrics: [BAD] });

/** One output a cell. */
const BUNDLES: Record<string, Record<string, unknown>> = {
  finished: { [RUN_MIME]: snapshot(finished, { seq: 9 }), 'text/plain': 'a run' },
  diverged: { [RUN_MIME]: snapshot(diverged) },
  hostile: { [RUN_MIME]: { ...snapshot(hostile), name: BAD, reason: BAD }, 'text/plain': BAD },
  newer: { [RUN_MIME]: { ...snapshot(finished), version: '2.0' }, 'text/plain': 'run mnist-cnn, 480 steps' },
  broken: { [RUN_MIME]: { ...snapshot(finished), chunk: 'no' } },
};

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startChromium();
  const cells = Object.entries(BUNDLES).map(([id, bundle]) => ({
    id,
    source: `// ${id}`,
    outputs: [displayData(bundle)],
  }));
  page = await openInLab(browser, writeNotebook('saved.ipynb', cells, 'no-such-kernel'));
});
afterAll(async () => {
  await browser.close();
});

/** The cell with this output, scrolled into view. */
async function cell(name: string): Promise<Locator> {
  const found = page.locator('.jp-Notebook .jp-Cell').nth(Object.keys(BUNDLES).indexOf(name));
  await found.scrollIntoViewIfNeeded();
  return found;
}

test('a saved run is drawn from the file, with its values, and without a kernel', async () => {
  const view = chart(await cell('finished'));
  const state = await shown(view);
  expect(state).toMatchObject({ run: finished.id, seq: 9, live: false, status: 'finished' });
  const { record } = readSnapshot(BUNDLES['finished']?.[RUN_MIME]);
  for (const [name, { rows, count, step }] of state.series) {
    const series = record.series.get(name);
    expect([name, rows, count, step]).toEqual([
      name,
      series?.length,
      series?.count,
      series?.axis('step').at(-1),
    ]);
  }
  const drawn = await traces(view);
  for (const name of ['loss', 'val_loss', 'batch_loss']) {
    const values = [...(record.series.get(name)?.values() ?? [])].map((value) =>
      Number(value.toPrecision(5)),
    );
    expect(drawn.find(({ series }) => series === name)?.y).toEqual(values);
  }
  await picture(page, 'saved-light');
});

test('values that are not finite are marks', async () => {
  const view = chart(await cell('diverged'));
  await shown(view);
  const marks = (await traces(view)).filter(({ name, mode }) => mode === 'markers' && /NaN/.test(name));
  expect(marks.length).toBeGreaterThanOrEqual(2);
  for (const { x } of marks) expect(x.length).toBeGreaterThan(0);
  await picture(view, 'not-finite');
});

test('names are text, whatever is in them', async () => {
  const view = chart(await cell('hostile'));
  await shown(view);
  await picture(page, 'hostile');
  expect(await page.title()).not.toContain('hacked');
  expect(await view.locator('img, a[href]').count()).toBe(0);
  expect(await view.locator('.jp-gradoscope-name').textContent()).toBe(BAD);
  expect(await view.locator('.jp-gradoscope-chart').textContent()).toContain('<img src=x');
});

test('a run of a newer version is a message, with the text that comes beside it', async () => {
  const problem = (await cell('newer')).locator('.jp-gradoscope-problem[role=alert]');
  expect(await problem.textContent()).toMatch(/format 2\.0.*Update Gradoscope.*run mnist-cnn, 480 steps/s);
  await picture(page, 'newer-version');
});

test('a broken run is a message', async () => {
  const problem = (await cell('broken')).locator('.jp-gradoscope-problem[role=alert]');
  expect(await problem.textContent()).toContain('chunk');
});

test('the chart follows the theme', async () => {
  const view = chart(await cell('finished'));
  const color = (): Promise<string> =>
    view
      .locator('.xtick text')
      .first()
      .evaluate((node) => getComputedStyle(node).fill);
  const light = await color();
  await setTheme(page, 'JupyterLab Dark');
  await picture(page, 'saved-dark');
  await expect.poll(color, { timeout: 10_000 }).not.toBe(light);
  await picture(page, 'saved-dark');
  await setTheme(page, 'JupyterLab Light');
});

test('the chart is as wide as its place', async () => {
  await page.setViewportSize({ width: 700, height: 900 });
  const view = chart(await cell('finished'));
  const width = async (of: Locator): Promise<number> => (await of.boundingBox())?.width ?? NaN;
  await expect
    .poll(async () => (await width(view.locator('.main-svg').first())) - (await width(view)))
    .toBeLessThan(1);
  await picture(page, 'narrow');
});

test('Notebook 7 draws it too', async () => {
  const outputs = [displayData(BUNDLES['finished'] as Record<string, unknown>)];
  const seven = await openInNotebook7(
    browser,
    writeNotebook('seven.ipynb', [{ id: 'a', source: '1', outputs }], 'no-such-kernel'),
  );
  expect(await shown(chart(seven))).toMatchObject({ run: finished.id, status: 'finished' });
  await picture(seven, 'notebook7');
});
