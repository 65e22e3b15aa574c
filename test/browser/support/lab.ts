import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { inject } from 'vitest';

const pictures = resolve(import.meta.dirname, '../../../out/browser');

/** What a chart says of itself in its data attributes. */
export interface Shown {
  run: string;
  seq: number;
  points: number;
  live: boolean;
  synced: boolean;
  status: string;
  drawMs: number;
  /** By name: rows held, rows at the source, last step. */
  series: Map<string, { rows: number; count: number; step: number | null }>;
}

/** Opens a notebook in JupyterLab, in a workspace of its own. */
export async function openInLab(
  browser: Browser,
  notebook: string,
  size = { width: 1280, height: 900 },
): Promise<Page> {
  const { url, token } = inject('jupyter');
  const page = await newPage(browser, size);
  const workspace = notebook.replace(/\W/g, '-');
  await page.goto(`${url}/lab/workspaces/${workspace}/tree/${notebook}?token=${token}&reset`);
  await notebookReady(page);
  return page;
}

/** Opens a page that answers "No Kernel" whenever JupyterLab asks for one: it does where a notebook's own is not installed. */
async function newPage(browser: Browser, viewport: { width: number; height: number }): Promise<Page> {
  const page = await browser.newPage({ viewport });
  await page.addLocatorHandler(
    page.locator('.jp-Dialog').getByRole('button', { name: 'No Kernel' }),
    (button) => button.click(),
  );
  return page;
}

/** Opens a notebook in Notebook 7. */
export async function openInNotebook7(browser: Browser, notebook: string): Promise<Page> {
  const { url, token } = inject('jupyter');
  const page = await newPage(browser, { width: 1280, height: 900 });
  await page.goto(`${url}/notebooks/${notebook}?token=${token}`);
  await notebookReady(page);
  return page;
}

/** Waits until the notebook's cells are on the page. */
export async function notebookReady(page: Page): Promise<void> {
  await page.locator('.jp-Notebook .jp-Cell').first().waitFor({ timeout: 60_000 });
}

/** Waits until the notebook's kernel is connected. The status bar says so; the toolbar's indicator says "idle" before. */
export async function kernelReady(page: Page): Promise<void> {
  const bar = page.locator('#jp-main-statusbar').getByText(/Gradoscope\) \| (Idle|Busy)/);
  await bar.waitFor({ timeout: 60_000 });
}

/** Runs the cell at `index` and does not wait for it. */
export async function runCell(page: Page, index: number): Promise<void> {
  await page.locator('.jp-Notebook .jp-Cell').nth(index).locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
}

export async function save(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await page.locator('.jp-mod-dirty').waitFor({ state: 'detached' });
}

/** The text that the cell at `index` has printed; waits for it. */
export async function outputText(page: Page, index: number): Promise<string> {
  const output = page
    .locator('.jp-Notebook .jp-Cell')
    .nth(index)
    .locator('.jp-OutputArea-output pre')
    .first();
  return (await output.textContent()) ?? '';
}

/** Shuts all kernels down. */
export async function shutDownKernels(): Promise<void> {
  const { url, token } = inject('jupyter');
  const headers = { Authorization: `token ${token}` };
  const sessions = (await (await fetch(`${url}/api/sessions`, { headers })).json()) as { id: string }[];
  await Promise.all(
    sessions.map(({ id }) => fetch(`${url}/api/sessions/${id}`, { method: 'DELETE', headers })),
  );
}

/** The chart of the page, or of a part of it. */
export const chart = (within: Page | Locator): Locator => within.locator('[data-gradoscope-run]');

/** The notebook may put another node in the place of one that it has just shown. */
async function intoView(view: Locator): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await view.scrollIntoViewIfNeeded({ timeout: 60_000 });
    } catch (error) {
      if (!String(error).includes('not attached') || Date.now() > end) throw error;
    }
  }
}

/** Reads what a chart shows; waits for its first picture. */
export async function shown(view: Locator): Promise<Shown> {
  await intoView(view);
  await view.and(view.page().locator('[data-points]')).waitFor({ timeout: 60_000 });
  const data = await view.evaluate((node) => ({ ...(node as HTMLElement).dataset }));
  const series = JSON.parse(data['series'] as string) as [string, number, number, number | null][];
  return {
    run: data['gradoscopeRun'] as string,
    seq: Number(data['seq']),
    points: Number(data['points']),
    live: data['live'] === 'true',
    synced: data['synced'] === 'true',
    status: data['status'] as string,
    drawMs: Number(data['drawMs']),
    series: new Map(series.map(([name, rows, count, step]) => [name, { rows, count, step }])),
  };
}

/** Waits until what a chart shows satisfies `condition`. */
export async function until(
  view: Locator,
  condition: (state: Shown) => boolean,
  seconds = 60,
): Promise<Shown> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const state = await shown(view);
    if (condition(state)) return state;
    if (Date.now() > end)
      throw new Error(
        `The chart did not get there in ${seconds} s: ${JSON.stringify({ ...state, series: [...state.series] })}`,
      );
    await view.page().waitForTimeout(50);
  }
}

/** The traces in a chart: name and values, as Plotly holds them. */
export async function traces(
  view: Locator,
): Promise<{ name: string; series?: string; mode: string; x: number[]; y: (number | null)[] }[]> {
  return view.locator('.jp-gradoscope-chart').evaluate((node) => {
    const { data } = node as unknown as {
      data: { name: string; mode: string; meta?: { series?: string }; x: number[]; y: (number | null)[] }[];
    };
    return data.map(({ name, mode, meta, x, y }) => ({
      name,
      mode,
      x: [...x],
      y: [...y],
      ...(meta?.series !== undefined ? { series: meta.series } : {}),
    }));
  });
}

/** Chooses one of JupyterLab's themes. */
export async function setTheme(page: Page, name: string): Promise<void> {
  const item = (text: string): Locator =>
    page.locator('.lm-Menu-item').filter({ has: page.getByText(text, { exact: true }) });
  await page.locator('.lm-MenuBar-item', { hasText: 'Settings' }).click();
  await item('Theme').click();
  await item(name).click();
  await page.locator(`body[data-jp-theme-name="${name}"]`).waitFor({ state: 'attached' });
  await page.waitForTimeout(500); // the new style sheet arrives, then charts draw themselves anew
}

/** Keeps a picture as out/browser/<name>.png. */
export async function picture(target: Page | Locator, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await target.screenshot({ path: join(pictures, `${name}.png`) });
}
