import fs from 'node:fs';
import path from 'node:path';

/**
 * What became of a spec.
 * @typedef {{ name: string, status: 'passed' | 'failed' | 'pending' | 'excluded', messages: string[] }} Spec
 */

/**
 * Counts what upstream's specs gave. A failure counts as skipped only when the list names the file that it lacks, the file is
 * indeed not in the package, and the spec's error names it. An entry that is no longer true is a failure itself.
 * @param {{ specs: Spec[], errors: string[] }} report `errors`: failures outside of specs
 * @param {Record<string, string[]>} notShipped names of specs, by the file in the package that they need
 * @param {string} folder the package
 */
export function judge({ specs, errors }, notShipped, folder) {
  const failures = [...errors];
  const files = new Map(
    Object.entries(notShipped).flatMap(([file, names]) => names.map((name) => [name, file])),
  );
  for (const file of Object.keys(notShipped))
    if (fs.existsSync(path.join(folder, file))) failures.push(`${file} is listed as not shipped, but it is`);
  for (const name of files.keys())
    if (!specs.some((spec) => spec.name === name))
      failures.push(`${name}: listed, but there is no such spec`);
  let lacking = 0;
  for (const { name, status, messages } of specs) {
    const file = files.get(name);
    if (file !== undefined && status !== 'failed')
      failures.push(`${name}: listed as lacking ${file}, but it is ${status}`);
    if (status !== 'failed') continue;
    if (file !== undefined && messages.some((message) => names(message, file))) lacking++;
    else failures.push(`${name}: ${messages[0] ?? 'no message'}`);
  }
  /** @param {Spec['status']} wanted */
  const count = (wanted) => specs.filter(({ status }) => status === wanted).length;
  const skips = {
    'ignored by upstream': count('excluded'),
    'switched off by upstream': count('pending'),
    'file not shipped': lacking,
  };
  const skipped = Object.values(skips).reduce((sum, n) => sum + n, 0);
  return { passed: count('passed'), failed: failures.length, skipped, skips, failures };
}

/** Does an error name the file, or its folder and its name? @param {string} message @param {string} file */
const names = (message, file) =>
  message.includes(file) ||
  (message.includes(path.posix.basename(file)) && message.includes(path.posix.dirname(file)));
