import { at, venvProgram } from '../lib/paths.mjs';
import { Problem } from '../lib/problem.mjs';
import { mustRun } from '../lib/run.mjs';

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
    if (!line.startsWith('{')) return;
    last = JSON.parse(line);
    if ('progress' in last) say(String(last.progress));
  };
  const cli = at('lib/dist/tensor/native/cli.js');
  const output = await mustRun(
    'Setting up native TensorFlow',
    process.execPath,
    [cli, venvProgram('python')],
    { onLine },
  );
  const { done, failed } = last;
  if (done) return { did: done.built ? `built TensorFlow ${done.tensorflow}` : 'up to date' };
  if (!failed) throw new Problem(`The provisioner of native TensorFlow ended without a result:\n${output}`);
  const lines = [failed.message, failed.remedy].join('\n').replace(/\n/g, '\n      ');
  return { did: `not available; training uses WebAssembly, more slowly.\n      ${lines}` };
}
