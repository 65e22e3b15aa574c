import { parseArgs } from 'node:util';
import { NativeError } from '../../tensor/native/errors.js';
import { untestedNote } from '../../tensor/native/platform.js';
import { provisionNative, type ProvisionOptions, type Provisioned } from '../../tensor/native/provision.js';
import type { Command } from '../main.js';
import { UsageError } from '../usage.js';

const help = `Usage: gradoscope native [OPTION]...

Sets native TensorFlow up for TensorFlow.js, in your cache folder. What is there already is checked only. Progress goes to
standard error, the result to standard output; the exit status is 0, 1 when it failed, 2 for a wrong command line.
Without native TensorFlow everything works on WebAssembly, more slowly.

  (no option)       the wheel that is pinned for this platform, fetched by pip (274 MB) and verified
  --gpu             the build for NVIDIA's graphics cards, with CUDA's libraries (3.4 GB to fetch). Not tried on a card yet
  --from WHEEL      a wheel of tensorflow or tensorflow-cpu on this disk; verified only if it is the pinned one
  --use-installed   the TensorFlow that is installed in the Python environment; nothing is verified
  --keep            what was chosen before by --from or --use-installed, else as with no option
  --python PYTHON   the Python to use (default: python3)
  --json            the result as one line of JSON: {"done": …} or {"failed": {"code", "message", "remedy"}}
  --help            this text
`;

export const native: Command = {
  summary: 'sets native TensorFlow up',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        gpu: { type: 'boolean', default: false },
        from: { type: 'string' },
        'use-installed': { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        python: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    const ways = [
      values.from !== undefined && '--from',
      values['use-installed'] && '--use-installed',
      values.keep && '--keep',
    ];
    const [first, second] = ways.filter((way) => way !== false);
    if (second) throw new UsageError(`${String(first)} and ${second} exclude each other.`);
    process.umask(0o077); // nobody else may write where code is loaded from
    const note = untestedNote();
    if (note) process.stderr.write(`${note}\n`);
    return report(
      {
        gpu: values.gpu,
        useInstalled: values['use-installed'],
        keep: values.keep,
        ...(values.from !== undefined && { from: values.from }),
        ...(values.python !== undefined && { python: values.python }),
        onProgress: (line) => process.stderr.write(`${line}\n`),
      },
      values.json,
    );
  },
};

async function report(options: ProvisionOptions, json: boolean): Promise<number> {
  const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
  try {
    const done = await provisionNative(options);
    if (json) say({ done });
    else process.stdout.write(describe(done));
    return 0;
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    const { code, message, remedy } = error;
    if (json) say({ failed: { code, message, remedy } });
    else
      process.stderr.write(
        `${message} (${code})\n${remedy}\nUntil then everything runs on WebAssembly, more slowly.\n`,
      );
    return 1;
  }
}

function describe({ tensorflow, folder, built, source }: Provisioned): string {
  const state = built ? 'has been set up' : 'is set up already';
  return `Native TensorFlow ${tensorflow} ${state} in ${folder}.\nSource: ${source}\n`;
}
