import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { createEngine } from '../../../../kernel/dist/engine/create.js';
import type { Engine } from '../../../../kernel/dist/engine/engine.js';
import type { EngineOptions } from '../../../../kernel/dist/engine/options.js';
import { addRequireRoots, nodeModulesOf } from '../../../../kernel/dist/engine/roots.js';
import { Cell } from '../../../../kernel/dist/main/cell.js';
import { Context } from '../../../../kernel/dist/main/context.js';
import type { Scope } from '../../../../kernel/dist/main/scope.js';
import { cellTimers } from '../../../../kernel/dist/main/timers.js';
import { Flags } from '../../../../kernel/dist/shared/flags.js';
import type { ErrorReport } from '../../../../kernel/dist/shared/protocol.js';

export interface Ran {
  readonly status: 'ok' | 'error';
  readonly value: unknown;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: ErrorReport | undefined;
}

/** Cells run on one engine in this process, without sockets. */
export class Notebook {
  readonly engine: Engine;
  readonly context = new Context(new Flags());
  readonly shown: unknown[] = [];
  #seq = 0;

  constructor(
    readonly name: string,
    cwd: string,
    more: Partial<EngineOptions> = {},
  ) {
    // tslab looks for modules from the working directory.
    process.chdir(cwd);
    const kernel = require.resolve('../../../../kernel/dist/engine/create.js');
    const roots = nodeModulesOf(kernel, require.resolve('tslab/package.json'));
    addRequireRoots(roots);
    Object.defineProperty(globalThis, '__gradoscope', {
      value: this.context.hooks(undefined),
      configurable: true,
    });
    this.engine = createEngine(name, {
      cwd,
      roots,
      types: new Map(),
      modules: () => undefined,
      whole: (f) => f(),
      show: (content) => void this.shown.push(content.data),
      ...more,
    });
  }

  /** Runs a cell as the kernel does, and gives what came of it. */
  async run(code: string, begin: () => boolean = () => true): Promise<Ran> {
    const seq = ++this.#seq;
    const cell = new Cell(seq, `message-${seq}`, undefined, seq);
    this.context.add(cell);
    const texts = { stdout: '', stderr: '' };
    const stream = (name: 'stdout' | 'stderr'): Writable =>
      new Writable({
        decodeStrings: false,
        write: (chunk: string, _encoding, done) => {
          texts[name] += chunk;
          done();
        },
      });
    const [stdout, stderr] = [stream('stdout'), stream('stderr')];
    const bound = new Proxy(process, {
      get: (target, key) =>
        key === 'stdout' ? stdout : key === 'stderr' ? stderr : (Reflect.get(target, key, target) as unknown),
    });
    const scope: Scope = {
      cell,
      console: new Console(stdout, stderr),
      process: bound,
      timers: cellTimers(this.context, () => this.context.current ?? cell),
      hooks: this.context.hooks(cell),
      predeclared: { display: (value: unknown) => void this.shown.push(value) } as Scope['predeclared'],
    };
    this.context.running = this.context.last = cell;
    const outcome = await this.context.run(cell, () => this.engine.execute(code, scope, begin));
    this.context.running = undefined;
    return {
      status: outcome.status,
      value: outcome.status === 'ok' ? outcome.value?.value : undefined,
      error: outcome.status === 'error' ? outcome.error : undefined,
      ...texts,
    };
  }

  close(): void {
    this.engine.close();
  }
}
