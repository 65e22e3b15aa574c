/** @typedef {import('./judge.mjs').Spec} Spec */

/**
 * Counts what upstream's specs gave on a backend that cannot do all of them: a failure counts as skipped only where the stock
 * backend lacks the kernel, or fails with the same error but for its numbers, which may be whatever lay in memory.
 * @param {{ specs: Spec[], errors: string[] }} report `errors`: failures outside of specs
 * @param {{ specs: Spec[] }} stock of the same specs in the same order, with the stock backend
 */
export function besideStock({ specs, errors }, stock) {
  const failures = [...errors];
  const skips = { 'switched off by upstream': 0, 'kernel not in the backend': 0, 'fails with stock too': 0 };
  let passed = 0;
  if (specs.length !== stock.specs.length)
    failures.push(`${specs.length} specs ran, with the stock backend ${stock.specs.length}`);
  specs.forEach(({ name, status, messages }, i) => {
    const other = stock.specs[i];
    if (status === 'passed') passed++;
    else if (status !== 'failed') skips['switched off by upstream']++;
    else if (other?.name === name && other.status === 'failed' && same(messages, other.messages))
      skips[LACKS.test(messages[0] ?? '') ? 'kernel not in the backend' : 'fails with stock too']++;
    else failures.push(`${name}: ${messages[0] ?? 'no message'}`);
  });
  const skipped = Object.values(skips).reduce((sum, n) => sum + n, 0);
  return { passed, failed: failures.length, skipped, skips, failures };
}

const LACKS = /Kernel '\w+' not registered for backend/;

/** @param {string[]} messages @param {string[]} others */
const same = ([message = ''], [other = '']) => plain(message) === plain(other);

/** The first line without its numbers; the stack below it has paths. @param {string} message */
const plain = (message) => (message.split('\n')[0] ?? '').replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, '#');
