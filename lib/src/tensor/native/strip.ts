import fs from 'node:fs';
import { runProcess } from './run-process.js';

/** Makes a library a quarter smaller; without the tool the library stays as it is. On macOS stripping would break its signature. */
export async function strip(library: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const stripped = `${library}.stripped-${process.pid}`;
  const done = await runProcess('strip', ['--strip-unneeded', '-o', stripped, library]).catch(
    () => undefined,
  );
  if (done?.code === 0) fs.renameSync(stripped, library);
  else fs.rmSync(stripped, { force: true });
}
