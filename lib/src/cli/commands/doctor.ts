import { parseArgs } from 'node:util';
import type { Command } from '../main.js';

const help = `Usage: gradoscope doctor [OPTION]...

Shows what TensorFlow runs on and why, how fast this machine trains beside its own limit, and what to do next. The speed
check takes about ten seconds. The exit status is 0, 1 when something is wrong, 2 for a wrong command line.

  --no-speed   without the speed check
  --json       the report as JSON
  --help       this text
`;

export const doctor: Command = {
  summary: 'shows what TensorFlow runs on, how fast, and what to do next',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'no-speed': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    // Only now: it loads TensorFlow.js.
    const { doctor: examine } = await import('../../doctor/index.js');
    const report = await examine({
      speed: !values['no-speed'],
      onProgress: (line) => process.stderr.write(`${line} …\n`),
    });
    process.stdout.write(`${values.json ? JSON.stringify(report, undefined, 2) : String(report)}\n`);
    return report.findings.some(({ level }) => level === 'wrong') ? 1 : 0;
  },
};
