import { at, venvProgram } from '../lib/paths.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';

/**
 * Native TensorFlow by the library's own provisioner. Without it everything works, more slowly: the reason is said.
 * @param {(line: string) => void} say
 */
export async function provideNative(say) {
  if (process.env.GRADOSCOPE_NATIVE === 'skip')
    return { did: 'left out (GRADOSCOPE_NATIVE=skip); training uses WebAssembly' };
  /** @type {{ done?: { tensorflow: string, built: boolean }, failed?: { message: string, remedy: string } }} */
  let last = {};
  const onLine = (/** @type {string} */ line) => {
    if (line.startsWith('{')) last = JSON.parse(line);
    else if (line) say(line);
  };
  const args = [
    at('lib/bin/gradoscope.cjs'),
    'native',
    '--json',
    '--keep',
    '--python',
    venvProgram('python'),
  ];
  const { output } = await run(process.execPath, args, { onLine, noted: true });
  const { done, failed } = last;
  if (done) return { did: done.built ? `built TensorFlow ${done.tensorflow}` : 'up to date' };
  if (!failed) throw new Problem(`The provisioner of native TensorFlow ended without a result:\n${output}`);
  const lines = [failed.message, failed.remedy].join('\n').replace(/\n/g, '\n      ');
  return { did: `not available; training uses WebAssembly, more slowly.\n      ${lines}` };
}
