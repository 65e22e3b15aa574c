import { expect } from 'vitest';
import type { Case } from '../behaviours/case.js';
import type { Notebook, Ran } from './notebook.js';

export const errorText = ({ error }: Ran): string => (error ? `${error.ename}: ${error.evalue}` : '');

/** Runs a case's cells, and looks at the last, or at the first that fails. */
export async function check(notebook: Notebook, one: Case): Promise<void> {
  let ran: Ran | undefined;
  for (const source of one.cells) {
    ran = await notebook.run(source);
    if (ran.status === 'error') break;
  }
  if (!ran) throw new Error('The case has no cells.');
  const expected = notebook.name === 'tslab' && one.tslab ? one.tslab : one;
  if (expected.error) {
    expect(errorText(ran)).toMatch(expected.error);
    return;
  }
  expect(errorText(ran)).toBe('');
  const stdout = 'stdout' in expected ? expected.stdout : undefined;
  if (stdout !== undefined) expect(ran.stdout).toBe(stdout);
  if ('value' in expected) expect(ran.value).toEqual(expected.value);
}
