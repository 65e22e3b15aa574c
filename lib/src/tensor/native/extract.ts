import path from 'node:path';
import { NativeError } from './errors.js';
import { lastLines, runProcess } from './run-process.js';

const script = path.resolve(__dirname, '../../../native/extract.py');

/**
 * Takes members out of a wheel; those that are there already, whole, are not written again.
 * @param members their names, as `lib/native/extract.py` takes them
 * @throws NativeError `damaged-wheel` (cut short, or without a member), `no-python`
 */
export async function extract(
  python: string,
  wheel: string,
  folder: string,
  members: readonly string[],
): Promise<void> {
  const { code, output } = await runProcess(python, [script, wheel, folder], {
    input: members.join('\n'),
  }).catch(() => {
    throw new NativeError('no-python', `Python (${python}) could not be started.`, 'Install Python 3.10.');
  });
  if (code === 0) return;
  const why = lastLines(output, 3);
  if (code === 3 || code === 4) {
    throw new NativeError(
      'damaged-wheel',
      `The libraries cannot be taken out of ${wheel}: ${why}`,
      'Download the wheel again, or run npx gradoscope native without --from for the pinned one.',
    );
  }
  throw new Error(`taking the libraries out of ${path.basename(wheel)}: ${why}`);
}
