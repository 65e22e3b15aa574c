import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { asynchronous } from './behaviours/async.js';
import { cells } from './behaviours/cells.js';
import { errors } from './behaviours/errors.js';
import { values } from './behaviours/values.js';
import { check } from './support/check-case.js';
import { Notebook } from './support/notebook.js';

const tables = { values, cells, asynchronous, errors };

describe.each(['tslab', 'ts7'])('on %s', (engine) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gradoscope-engine-'));
  const notebook = new Notebook(engine, folder);
  afterAll(() => {
    notebook.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(Object.entries(tables))('%s', (_table, cases) => {
    it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => check(notebook, one));
  });
});
