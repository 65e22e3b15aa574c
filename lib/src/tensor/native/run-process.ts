import { spawn } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  /** Standard output and standard error, as they came, the last 64 kB. */
  readonly output: string;
}

/** Runs a program to its end. Rejects only when it cannot be started; `ENOENT` means that there is no such program. */
export function runProcess(
  program: string,
  args: readonly string[],
  options: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    });
    let output = '';
    const keep = (text: string) => {
      output = (output + text).slice(-65_536);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.stdin.on('error', () => undefined); // the program may end without reading
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** The last lines of a program's output, for a message. */
export function lastLines(output: string, count = 6): string {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}
