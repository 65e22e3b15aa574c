import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { TypeChecker } from '../../../kernel/dist/engine/ts7/checker/checker.js';
import { Analyser } from '../../../kernel/dist/engine/ts7/syntax/analyse.js';
import type { CheckerOptions, Diagnostic } from '../../../kernel/dist/engine/ts7/types.js';

const types = createRequire(import.meta.url).resolve('@types/node/package.json');
const modules = path.resolve(path.dirname(types), '../..');
const open: Notebook[] = [];

afterEach(() => {
  for (const notebook of open.splice(0)) notebook.close();
});

/** A checker in a folder of its own, closed after the test. */
export class Notebook {
  readonly folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'checker-test-')));
  readonly checker: TypeChecker;
  readonly #analyser = new Analyser();

  constructor(options: Partial<CheckerOptions> = {}, limitMs?: number) {
    const all = {
      cwd: this.folder,
      roots: [modules],
      types: new Map<string, string>(),
      ambient: [],
      ...options,
    };
    this.checker = new TypeChecker(all, limitMs);
    open.push(this);
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  check(code: string): Promise<readonly Diagnostic[]> {
    return this.checker.check(this.#analyser.analyse(code));
  }

  /** Checks a cell and has it run when it is right. @returns The errors, as `code message`. */
  async run(code: string): Promise<string[]> {
    const found = await this.check(code);
    if (found.length === 0) this.checker.commit(this.#analyser.analyse(code));
    return found.map((each) => `${each.code} ${each.message}`);
  }

  complete(code: string, offset = code.length) {
    return this.checker.complete(this.#analyser.analyse(code), offset);
  }

  inspect(code: string, offset: number) {
    return this.checker.inspect(this.#analyser.analyse(code), offset);
  }

  close(): void {
    this.checker.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
