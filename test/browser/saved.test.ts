import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { RUN_MIME, snapshot } from '../../lib/dist/run/index.js';
import { sampleRun } from '../lib/figures/sample-run.js';
import { startChromium } from './support/chromium.js';
import { chart, openInLab, picture, shown, traces } from './support/lab.js';
import { displayData, writeNotebook } from './support/notebook.js';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startChromium();
});
afterEach(async () => {
  await page.close();
});
afterAll(async () => {
  await browser.close();
});

test('a saved run is drawn from the file', async () => {
  const record = sampleRun({ divergesAt: 400 });
  const notebook = writeNotebook('saved.ipynb', [
    {
      id: 'train',
      source: '// trained earlier',
      outputs: [displayData({ [RUN_MIME]: snapshot(record, { seq: 9 }), 'text/plain': 'a run' })],
    },
  ]);
  page = await openInLab(browser, notebook);
  const view = chart(page);
  const state = await shown(view);
  expect(state).toMatchObject({ run: record.id, seq: 9, live: false, status: 'finished' });
  for (const [name, { count }] of state.series)
    expect([name, count]).toEqual([name, record.series.get(name)?.count]);
  await picture(page, 'saved-light');
  expect((await traces(view)).length).toBeGreaterThan(4);
});
