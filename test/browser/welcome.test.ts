import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startChromium } from './support/chromium.js';
import {
  chart,
  kernelReady,
  notebookReady,
  openInLab,
  picture,
  save,
  shown,
  shutDownKernels,
  traces,
  until,
} from './support/lab.js';

/** The welcome notebook as a user runs it: real MNIST, real training, until its first net has learned. */
describe('the welcome notebook', () => {
  const notebook = '00-welcome.ipynb';
  let browser: Browser;
  let page: Page;
  let counted = '';
  let fitCell = -1;

  /** The output of the cell that trains the MLP, or of the one that counts its rows. */
  const cell = (index: number): Locator =>
    page.locator(`.jp-Notebook .jp-Cell[data-windowed-list-index="${index}"]`);

  beforeAll(async () => {
    const file = resolve(import.meta.dirname, '../../notebooks', notebook);
    const json = JSON.parse(readFileSync(file, 'utf8')) as {
      cells: { cell_type: string; source: string[]; outputs?: unknown[] }[];
    };
    for (const { outputs } of json.cells) outputs?.splice(0);
    fitCell = json.cells.findIndex(({ source }) => source.join('').includes('mlpTrainer.fit'));
    const fit = json.cells[fitCell] as (typeof json.cells)[number];
    // Slowly enough to be looked at and reloaded, whatever computes.
    const slow = '{ onBatchEnd: () => new Promise<void>((resolve) => setTimeout(resolve, 15)) }';
    fit.source = [fit.source.join('').replace('callbacks: [', `callbacks: [${slow}, `)];
    const source = `console.log(JSON.stringify([...mlpRun.record.series.values()].map((s) => [s.spec.name, s.count, s.axis('step').at(-1)])));`;
    json.cells.splice(fitCell + 1, 0, {
      ...(json.cells[fitCell] as (typeof json.cells)[number]),
      source: [source],
      outputs: [],
      ...{ id: 'count' },
    });
    writeFileSync(join(inject('jupyter').notebooks, notebook), JSON.stringify(json));
    browser = await startChromium();
    page = await openInLab(browser, notebook, { width: 1280, height: 1000 });
    await kernelReady(page);
  });
  afterAll(async () => {
    await browser.close();
    await shutDownKernels();
  });

  test('shows digits, trains, and its chart grows while the cell runs', { timeout: 180_000 }, async () => {
    await cell(0).click();
    for (let i = 0; i <= fitCell; i++) await page.keyboard.press('Shift+Enter');
    const first = await until(chart(page), ({ live, points }) => live && points > 0, 120);
    const later = await until(chart(page), ({ points }) => points > first.points + 100);
    expect(later).toMatchObject({ run: first.run, status: 'running' });
    await picture(page, 'welcome-training');
  });

  test('has every point after a reload in mid-training, though nothing was saved', async () => {
    const before = await shown(chart(page));
    expect(before.status).toBe('running');
    await page.reload();
    await notebookReady(page);
    await cell(fitCell).scrollIntoViewIfNeeded();
    const view = chart(cell(fitCell));
    const after = await until(view, ({ live, synced }) => live && synced);
    expect(after.run).toBe(before.run);
    const held = after.series.get('batch_loss');
    expect(held?.step).toBeGreaterThanOrEqual(before.series.get('batch_loss')?.step ?? 0);
    expect([held?.count, held?.rows]).toEqual([held?.step, held?.step]);
    await picture(page, 'welcome-reloaded');
  });

  test('ends by early stopping, with the counts of the kernel', { timeout: 180_000 }, async () => {
    const end = await until(
      chart(cell(fitCell)),
      ({ status }) => status === 'stopped' || status === 'finished',
      150,
    );
    await cell(fitCell + 1).click();
    await page.keyboard.press('Control+Enter');
    const text = cell(fitCell + 1)
      .locator('.jp-OutputArea-output pre')
      .first();
    counted = (await text.textContent()) ?? '';
    expect([...end.series].map(([name, { count, step }]) => [name, count, step])).toEqual(
      JSON.parse(counted),
    );
    expect(end.series.get('restored_weights')?.count).toBe(1);
    const norms = (await traces(chart(cell(fitCell)))).filter(({ series }) => series === 'gradient_norm');
    expect(norms.map(({ name }) => name)).toEqual(['hidden', 'output']);
    await picture(page, 'welcome-ended');
  });

  test('saved, its kernel shut down and opened again, it has its chart', async () => {
    await save(page);
    await page.close();
    await shutDownKernels();
    page = await openInLab(browser, notebook, { width: 1280, height: 1000 });
    await cell(fitCell).scrollIntoViewIfNeeded();
    const again = await until(chart(cell(fitCell)), ({ points }) => points > 0);
    expect(again.live).toBe(false);
    expect([...again.series].map(([name, { count, step }]) => [name, count, step])).toEqual(
      JSON.parse(counted),
    );
    await picture(page, 'welcome-reopened');
  });
});
