import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asynchronous } from './behaviours/async.js';
import type { Case } from './behaviours/case.js';
import { cells } from './behaviours/cells.js';
import { errors } from './behaviours/errors.js';
import { values } from './behaviours/values.js';
import { Notebook, type Ran } from './support/notebook.js';

const tables = { values, cells, asynchronous, errors };
const text = ({ error }: Ran): string => (error ? `${error.ename}: ${error.evalue}` : '');

/** Runs the cells up to the last, or up to the first that fails. */
async function last(notebook: Notebook, { cells: sources }: Case): Promise<Ran> {
  let ran: Ran | undefined;
  for (const source of sources) {
    ran = await notebook.run(source);
    if (ran.status === 'error') break;
  }
  if (!ran) throw new Error('The case has no cells.');
  return ran;
}

describe.each(['tslab', 'ts7'])('on %s', (engine) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gradoscope-engine-'));
  const notebook = new Notebook(engine, folder);
  afterAll(() => {
    notebook.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(Object.entries(tables))('%s', (_table, cases) => {
    it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      const ran = await last(notebook, one);
      const expected = engine === 'tslab' && one.tslab ? one.tslab : one;
      if (expected.error) {
        expect(text(ran)).toMatch(expected.error);
        return;
      }
      expect(text(ran)).toBe('');
      const stdout = 'stdout' in expected ? expected.stdout : undefined;
      if (stdout !== undefined) expect(ran.stdout).toBe(stdout);
      if ('value' in expected) expect(plain(ran.value)).toEqual(plain(expected.value));
    });
  });
});

/** Values of a cell, which may come from another realm of the test runner. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? value.map(plain) : value;
}
