import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../../..');

/** A folder with what the set-up's first steps need, and a PATH on which only the given programs are. */
export class Checkout {
  readonly programs: string;

  constructor(readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'checkout-'))) {
    for (const name of [
      'scripts',
      'extension/build.mjs',
      'package.json',
      'package-lock.json',
      'requirements.txt',
      'requirements-test.txt',
    ]) {
      fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    }
    this.programs = path.join(folder, 'programs');
    fs.mkdirSync(this.programs);
    for (const name of ['sleep', 'sh']) this.link(name);
  }

  /** Puts one of the machine's programs onto the PATH. */
  link(name: string): void {
    const folders = (process.env['PATH'] ?? '').split(path.delimiter);
    const file = folders
      .map((folder) => path.join(folder, name))
      .find((candidate) => fs.existsSync(candidate));
    if (file) fs.symlinkSync(file, path.join(this.programs, name));
  }

  /** Puts a program of the test's own onto the PATH. */
  program(name: string, script: string): void {
    fs.writeFileSync(path.join(this.programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  get lock(): string {
    return path.join(this.folder, '.gradoscope/setup.lock');
  }

  start(script = 'setup', args: readonly string[] = []): Running {
    const { npm_execpath: _npm, PYTHON: _python, ...env } = process.env; // as if not started by npm
    return new Running(path.join(this.folder, `scripts/${script}.mjs`), args, {
      ...env,
      PATH: this.programs,
    });
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A script that runs, with what it has printed. */
export class Running {
  readonly child: ChildProcess;
  output = '';
  /** The exit code. */
  readonly ended: Promise<number | null>;

  constructor(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (data: Buffer) => (this.output += data.toString());
    this.child.stdout?.on('data', take);
    this.child.stderr?.on('data', take);
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** Waits until the output matches. */
  async until(pattern: RegExp, timeoutMs = 100_000): Promise<RegExpExecArray> {
    for (const end = Date.now() + timeoutMs; Date.now() < end;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${String(pattern)} was not printed:\n${this.output}`);
  }
}
