import { execFile } from 'node:child_process';

export interface Ran {
  readonly status: number | undefined;
  readonly stdout: string;
  /** Last lines of stderr, or why the program could not be started. */
  readonly problem: string;
}

/** Runs a program without a shell. Never rejects. @param seconds After which it is ended. */
export function run(program: string, args: readonly string[], seconds: number): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { encoding: 'utf8', timeout: seconds * 1000, maxBuffer: 1 << 24 } as const;
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const said = stderr.trim().split('\n').slice(-3).join(' ');
      if (!error) return resolve({ status: 0, stdout, problem: said });
      const why = error.killed ? `it did not end within ${seconds} s` : said || error.message;
      resolve({ status: typeof error.code === 'number' ? error.code : undefined, stdout, problem: why });
    });
  });
}
