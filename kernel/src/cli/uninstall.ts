import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { kernelFolder, type Where } from './folders.js';
import { isOurSpec } from './spec.js';

/** Removes a kernel spec of ours. @returns Its folder. @throws Error when there is none, or another kernel's. */
export function uninstall(where: Where, name?: string): string {
  const folder = kernelFolder(where, name);
  const file = path.join(folder, 'kernel.json');
  if (!existsSync(file))
    throw new Error(`There is no kernel spec in ${folder}; gradoscope-kernel doctor lists all.`);
  let ours = false;
  try {
    ours = isOurSpec(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Not JSON: not to be touched.
  }
  if (!ours) throw new Error(`${file} starts another kernel; it is left as it is.`);
  rmSync(folder, { recursive: true });
  return folder;
}
