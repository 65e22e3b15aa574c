import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLOTLY_MIME } from '../../lib/dist/figures/bundle.js';
import { readSnapshot, RUN_MIME } from '../../lib/dist/run/index.js';
import { startChromium } from './support/chromium.js';
import {
  chart,
  kernelReady,
  notebookReady,
  openInLab,
  outputText,
  picture,
  runCell,
  save,
  shown,
  shutDownKernels,
  traces,
  until,
  type Shown,
} from './support/lab.js';
import { readJson, savedCells, touch, writeNotebook } from './support/notebook.js';
import { KERNEL_COUNTS, kernelBundle, syntheticRun } from './support/synthetic.js';

const SVG_MIME = 'image/svg+xml';

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await shutDownKernels();
});

/** What the page holds of each series, in the form in which {@link KERNEL_COUNTS} prints it. */
const counts = ({ series }: Shown): unknown =>
  [...series].map(([name, { count, step }]) => [name, count, step]);

describe('a run in a notebook', () => {
  const notebook = 'live.ipynb';
  let page: Page;
  let run: string;

  beforeAll(async () => {
    writeNotebook(notebook, [
      { id: 'train', source: syntheticRun({ steps: 900, ms: 10, hold: { at: 600, until: 'reloaded' } }) },
      { id: 'count', source: KERNEL_COUNTS },
      { id: 'bundle', source: kernelBundle('kernel-bundle.json') },
    ]);
    page = await openInLab(browser, notebook);
    await kernelReady(page);
  });
  afterAll(async () => {
    await page.close();
  });

  test('grows on the page while its cell runs', async () => {
    await runCell(page, 0);
    const first = await until(chart(page), ({ live, points }) => live && points > 0);
    const later = await until(chart(page), ({ points }) => points > first.points + 100);
    expect(later).toMatchObject({ run: first.run, live: true, status: 'running' });
    expect(later.seq).toBeGreaterThan(first.seq);
    await picture(page, 'live-light');
    run = first.run;
  });

  test('is back under its cell after a reload in mid-run, without a lost point, though nothing was saved', async () => {
    expect((await savedCells(notebook))[0]?.outputs).toEqual([]);
    const before = await shown(chart(page));
    await page.reload();
    await notebookReady(page);
    const view = chart(page.locator('.jp-Notebook .jp-Cell').first());
    const after = await until(view, ({ live, synced }) => live && synced);
    expect(after).toMatchObject({ run, status: 'running' });
    const [seen, held] = [before.series.get('batch_loss')?.step ?? 0, after.series.get('batch_loss')];
    expect(held?.step).toBeGreaterThanOrEqual(seen);
    expect(held?.count).toBe(held?.step); // a row each step, from the first on
    touch('reloaded');
    const growing = await until(view, ({ points }) => points > after.points + 50);
    expect(growing.series.get('batch_loss')?.rows).toBe(growing.series.get('batch_loss')?.step);
    await picture(page, 'reloaded');
  });

  test('ends with the counts that the kernel has, and every value in the picture', async () => {
    const view = chart(page);
    const end = await until(view, ({ status }) => status === 'finished');
    await runCell(page, 1);
    expect(counts(end)).toEqual(JSON.parse(await outputText(page, 1)));
    expect(end.series.get('batch_loss')).toEqual({ rows: 900, count: 900, step: 900 });
    const drawn = (await traces(view)).find(({ series }) => series === 'batch_loss');
    const steps = Array.from({ length: 900 }, (_, i) => i + 1);
    const values = steps.map((step) =>
      step % 90 === 0 ? null : 2 * Math.exp(-step / 150) * (1 + 0.2 * Math.sin(step)),
    );
    expect(drawn?.y.map((value) => value ?? null)).toEqual(
      values.map((value) => value && Number(value.toPrecision(5))),
    );
    await picture(page, 'finished');
  });

  test('marks what is not finite', async () => {
    const marks = (await traces(chart(page))).filter(
      ({ name, mode }) => mode === 'markers' && /NaN/.test(name),
    );
    expect(marks.flatMap(({ x }) => x)).toHaveLength(10 + 3);
  });

  test('is in the file as the kernel would have written it, in all forms and within their budgets', async () => {
    const end = await shown(chart(page));
    await runCell(page, 2);
    await expect
      .poll(() => page.locator('.jp-InputArea-prompt').nth(2).textContent(), { timeout: 60_000 })
      .toMatch(/\d/);
    // The end of the run is drawn for the file by a part of the extension that is only now loaded.
    const held = async (): Promise<Record<string, unknown>> => {
      await save(page);
      const output = (await savedCells(notebook))[0]?.outputs.find(
        ({ data }) => data?.[RUN_MIME] !== undefined,
      );
      return Object.fromEntries(
        Object.entries(output?.data ?? {}).map(([mime, value]) => [
          mime,
          Array.isArray(value) ? value.join('') : value,
        ]),
      );
    };
    await expect.poll(async () => (await held())['text/plain'], { timeout: 60_000 }).toMatch(/finished/);
    const data = await held();
    const { record, seq } = readSnapshot(data[RUN_MIME]);
    expect(record.header).toMatchObject({ id: run, status: 'finished' });
    expect(seq).toBe(end.seq);
    expect(Object.keys(data).sort()).toEqual([PLOTLY_MIME, RUN_MIME, SVG_MIME, 'text/plain'].sort());
    expect(data).toEqual(readJson('kernel-bundle.json'));
    const bytes = (mime: string): number => {
      const value = data[mime];
      return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
    };
    expect(bytes(RUN_MIME)).toBeLessThanOrEqual(100_000);
    expect(bytes(PLOTLY_MIME)).toBeLessThanOrEqual(60_000);
    expect(bytes(SVG_MIME)).toBeLessThanOrEqual(30_000);
    const svg = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      return {
        root: parsed.documentElement.localName,
        lines: parsed.querySelectorAll('path[fill=none]').length,
        errors: parsed.querySelectorAll('parsererror').length,
      };
    }, data[SVG_MIME] as string);
    expect(svg).toMatchObject({ root: 'svg', errors: 0 });
    expect(svg.lines).toBeGreaterThan(5);
  });

  test('is drawn from the file when the kernel is gone', async () => {
    const end = await shown(chart(page));
    await page.close();
    await shutDownKernels();
    page = await openInLab(browser, notebook);
    const view = chart(page);
    const again = await until(view, ({ points }) => points > 0);
    expect(again).toMatchObject({ run, status: 'finished', live: false });
    expect(counts(again)).toEqual(counts(end));
    expect((await traces(view)).find(({ series }) => series === 'val_loss')?.y).toHaveLength(9);
    await picture(page, 'reopened');
  });
});

test('two views of a notebook follow the same run', async () => {
  const notebook = writeNotebook('two.ipynb', [
    { id: 'train', source: syntheticRun({ steps: 500, ms: 10, hold: { at: 250, until: 'viewed' } }) },
  ]);
  const page = await openInLab(browser, notebook);
  await kernelReady(page);
  await runCell(page, 0);
  await shown(chart(page));
  await page.locator('.lm-MenuBar-item', { hasText: 'File' }).click();
  await page.locator('.lm-Menu-item', { hasText: 'New View for Notebook' }).click();
  const second = chart(page).nth(1);
  const first = await until(second, ({ live, synced }) => live && synced);
  touch('viewed');
  const [a, b] = await Promise.all(
    [0, 1].map((i) => until(chart(page).nth(i), ({ points }) => points > first.points + 50)),
  );
  expect([a?.run, b?.run]).toEqual([first.run, first.run]);
  await picture(page, 'two-views');
  await page.close();
});

test('pause, resume and stop are acknowledged with the step', async () => {
  const notebook = writeNotebook('commands.ipynb', [
    { id: 'train', source: syntheticRun({ steps: 5000, ms: 5 }) },
  ]);
  const page = await openInLab(browser, notebook);
  await kernelReady(page);
  await runCell(page, 0);
  const view = chart(page);
  await until(view, ({ live, points }) => live && points > 0);
  const button = (name: string): Promise<void> => view.getByRole('button', { name }).click();
  const note = view.locator('.jp-gradoscope-note');
  await button('Pause');
  await expect.poll(() => note.textContent(), { timeout: 10_000 }).toMatch(/^Paused at step [\d,]+$/);
  const paused = await until(view, ({ status }) => status === 'paused');
  await picture(view, 'paused');
  await page.waitForTimeout(300);
  expect((await shown(view)).series.get('batch_loss')).toEqual(paused.series.get('batch_loss'));
  await button('Resume');
  await until(
    view,
    ({ series }) => (series.get('batch_loss')?.step ?? 0) > (paused.series.get('batch_loss')?.step ?? 0),
  );
  await button('Stop');
  const end = await until(view, ({ status }) => status === 'stopped');
  expect(await note.textContent()).toMatch(/^Stopping at step [\d,]+$/);
  expect(end.series.get('batch_loss')?.count).toBeLessThan(5000);
  for (const name of ['Pause', 'Stop'])
    expect(await view.getByRole('button', { name }).isDisabled()).toBe(true);
  await page.close();
});

// Collapsed, as nobody reads so much: JupyterLab lays out all of a text on show anew with each part that comes, which takes minutes.
test('100,000 log lines reach the page', async () => {
  const source = `for (let i = 0; i < 100_000; i++) console.log(String(i).padStart(60, '.'));`;
  const notebook = writeNotebook('lines.ipynb', [{ id: 'log', source }]);
  const page = await openInLab(browser, notebook);
  await kernelReady(page);
  await runCell(page, 0);
  await page.locator('.jp-OutputCollapser .jp-Collapser-child').first().dispatchEvent('click'); // it moves as the text grows
  await page.locator('.jp-OutputPlaceholder').waitFor();
  const prompt = page.locator('.jp-InputArea-prompt').first();
  await expect.poll(() => prompt.textContent(), { timeout: 200_000 }).toContain('[1]');
  await save(page);
  const lines = ((await savedCells(notebook))[0]?.outputs ?? []).flatMap(({ text = '' }) =>
    [text].flat().join('').trimEnd().split('\n'),
  );
  expect(lines.length).toBe(100_000);
  expect(lines.every((line, i) => line === String(i).padStart(60, '.'))).toBe(true);
  await page.close();
}, 300_000);
