import { readFileSync } from 'node:fs';
import path from 'node:path';
import { doctor } from './commands/doctor.js';
import { native } from './commands/native.js';
import { isUsageError } from './usage.js';

/** A subcommand of `gradoscope`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** @returns the exit status: 0 done, 1 failed. @throws UsageError for a wrong command line, which gives 2 */
  run(args: readonly string[]): Promise<number>;
}

/** All of them, by name. */
export const commands: Readonly<Record<string, Command>> = { doctor, native };

const help = () => {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: gradoscope COMMAND [OPTION]...

${lines.join('\n')}

gradoscope COMMAND --help explains a command; gradoscope --version prints the version.
`;
};

/** Runs the command line. @returns the exit status: 0 done, 1 failed, 2 a wrong command line */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || ['--help', '-h', 'help'].includes(name)) {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`gradoscope: there is no command ${JSON.stringify(name)}.\n\n${help()}`);
    return 2;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (isUsageError(error)) {
      process.stderr.write(`gradoscope ${name}: ${error.message}\nSee gradoscope ${name} --help\n`);
      return 2;
    }
    process.stderr.write(
      `gradoscope ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  }
}

function packageVersion(): string {
  const file = path.resolve(__dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
