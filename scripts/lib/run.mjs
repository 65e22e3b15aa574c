import { spawn } from 'node:child_process';
import { forget, note } from './orphans.mjs';
import { explainFailure, Problem } from './problem.mjs';

/** Children that an interrupt must not leave behind. @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
let interrupted = false;

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    interrupted = true;
    for (const child of children) child.kill(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    const exit = () => process.exit(signal === 'SIGINT' ? 130 : 143);
    if (children.size === 0) exit();
    setTimeout(() => {
      for (const child of children) child.kill('SIGKILL');
      exit();
    }, 5_000).unref();
    setInterval(() => children.size === 0 && exit(), 50).unref();
  });
}

/**
 * Runs a program quietly.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, show?: boolean, noted?: boolean }} [options]
 *   `show`: its output goes to the terminal as well; `noted`: the next set-up waits for it, should this one be killed
 * @returns {Promise<{ code: number, output: string }>} `code` is 127 when there is no such program
 */
export function run(program, args, { cwd, env = process.env, onLine, show = false, noted = false } = {}) {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32' && /^npm$|\.cmd$/.test(program);
    const child = spawn(program, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    if (noted) note(child.pid, program);
    let output = '';
    let rest = '';
    /** @param {Buffer} data @param {NodeJS.WriteStream} stream */
    const take = (data, stream) => {
      if (show) stream.write(data);
      const text = data.toString();
      output = (output + text).slice(-1_000_000);
      if (!onLine) return;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    };
    child.stdout.on('data', (data) => take(data, process.stdout));
    child.stderr.on('data', (data) => take(data, process.stderr));
    /** @param {number} code */
    const end = (code) => {
      children.delete(child);
      if (noted) forget(child.pid);
      if (!interrupted) resolve({ code, output }); // else this process is about to end
    };
    child.on('error', (error) => {
      output += error.message;
      end(/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' ? 127 : 126);
    });
    child.on('close', (code, signal) => end(code ?? (signal ? 128 : 1)));
  });
}

/**
 * Runs a program that must succeed.
 * @param {string} what its purpose, for the message
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export async function mustRun(what, program, args, options) {
  const { code, output } = await run(program, args, { ...options, noted: true });
  if (code === 127 && /ENOENT/.test(output))
    throw new Problem(`${what} failed: the program ${program} was not found.`);
  if (code !== 0) throw explainFailure(what, output);
  return output;
}

/** npm's command line: the npm that started this script, or the one on the PATH. @returns {[string, string[]]} */
export function npmCommand() {
  const file = process.env.npm_execpath;
  return file && /npm-cli\.[cm]?js$/.test(file) ? [process.execPath, [file]] : ['npm', []];
}
