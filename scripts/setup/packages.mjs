import fs from 'node:fs';
import { at, root } from '../lib/paths.mjs';
import { mustRun, npmCommand } from '../lib/run.mjs';

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean, bin?: Record<string, string> }} Entry */

/** Installs what package-lock.json says, unless just that is in node_modules. */
export async function installPackages() {
  const differs = difference();
  if (!differs) return { did: 'up to date' };
  const [npm, args] = npmCommand();
  // Without --ignore-scripts, tfjs-node-gpu's own install script downloads from a host that many cannot reach, and aborts all.
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await mustRun('Installing the npm packages', npm, [...args, ...options], { cwd: root });
  return { did: `installed (${differs})` };
}

/** How node_modules differs from the lock file, or undefined. npm writes its own list last, so a partial installation has none. */
function difference() {
  const wanted = entries(at('package-lock.json'));
  const present = entries(at('node_modules/.package-lock.json'));
  if (!wanted) return 'there is no package-lock.json';
  if (!present) return 'nothing was installed';
  for (const [name, entry] of Object.entries(wanted)) {
    const program = missingProgram(name, entry);
    if (program) return `the command ${program} was missing`;
    if (name === '' || entry.link || !name.includes('node_modules/')) continue;
    const installed = present[name];
    const what = name.replace(/^.*node_modules\//, '');
    if (!installed) {
      if (entry.optional || entry.devOptional) continue; // for other platforms
      return `${what} was missing`;
    }
    if (installed.version !== entry.version) return `${what} had another version`;
  }
  return undefined;
}

/** A command of one of the workspaces that npx would not find. @param {string} name @param {Entry} entry */
function missingProgram(name, { bin = {} }) {
  if (name === '' || name.includes('node_modules/')) return undefined;
  return Object.keys(bin).find((program) => !fs.existsSync(at('node_modules/.bin', program)));
}

/** @param {string} file @returns {Record<string, Entry> | undefined} */
function entries(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
