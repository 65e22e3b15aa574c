import fs from 'node:fs';
import path from 'node:path';
import { runProcess } from './run-process.js';

/**
 * Makes a library a quarter smaller (without the tool it stays as it is). On macOS stripping would break its signature.
 * @param work where it is written first; a `strip` that outlives its killed parent leaves nothing but there
 */
export async function strip(library: string, work: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const stripped = path.join(work, `${path.basename(library)}-${process.pid}`);
  const done = await runProcess('strip', ['--strip-unneeded', '-o', stripped, library]).catch(
    () => undefined,
  );
  if (done?.code === 0) fs.renameSync(stripped, library);
  else fs.rmSync(stripped, { force: true });
}
