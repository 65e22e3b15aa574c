import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { explainFailure, Problem } from './problem.mjs';

/** Is the module the one that node was started with? @param {string} url its `import.meta.url` */
export const isMain = (url) => !!process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(url);

/**
 * Runs a command. A Problem is shown as its message alone, and ends the process with exit code 1.
 * @param {() => Promise<number | void>} main gives the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    const problem = full ? explainFailure('Writing a file', String(error)) : error;
    if (!(problem instanceof Problem)) throw problem;
    console.error(`\n${problem.message}`);
    process.exitCode = 1;
  }
}
