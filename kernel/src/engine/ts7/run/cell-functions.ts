import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { Scope } from '../../../main/scope.js';
import { scriptName } from '../../report/places.js';
import type { CellScript } from '../syntax/cell-edits.js';
import { CELL, HOOKS } from '../syntax/context-edits.js';
import type { Earlier } from '../syntax/holdings.js';
import { Boxes } from './boxes.js';
import { helpers } from './helpers.js';
import type { Importer } from './importer.js';
import { fileMeta } from './meta.js';

/** Makes functions of cells, which share the notebook's variables. */
export class CellFunctions {
  readonly #boxes = new Boxes();
  /** Variables that functions of cells assign to. */
  readonly #writtenInFunctions = new Set<string>();
  /** Names that they use at all. */
  readonly #usedInFunctions = new Set<string>();
  /** `import.meta` of all cells: the notebook's own name is not known. */
  readonly #meta: object;

  constructor(
    private readonly importer: Importer,
    private readonly cwd: string,
  ) {
    const file = path.join(cwd, 'notebook.ts');
    this.#meta = fileMeta(pathToFileURL(file).href, file);
  }

  /** What the next cell must know of those before it. */
  get earlier(): Earlier {
    return {
      known: (name) => this.#boxes.known(name),
      writtenInFunction: (name) => this.#writtenInFunctions.has(name),
      usedInFunction: (name) => this.#usedInFunctions.has(name),
    };
  }

  /**
   * The cell as a function. Its imports are bound by this, for later cells too.
   * @param modules What its imports have given, in order.
   * @param result Takes the value of its last expression.
   */
  make(
    script: CellScript,
    id: string,
    modules: readonly unknown[],
    scope: Scope,
    result: { value?: unknown },
  ): () => unknown {
    const made = new vm.Script(script.code, { filename: scriptName(id) }).runInThisContext() as (
      ...args: unknown[]
    ) => () => unknown;
    const boxes: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const name of script.boxes) {
      boxes[name] = this.#boxes.get(name, script.numbers.has(name));
      if (script.declared.has(name)) this.#boxes.unlink(name);
    }
    for (const name of script.writtenInFunctions) this.#writtenInFunctions.add(name);
    for (const name of script.usedInFunctions) this.#usedInFunctions.add(name);
    script.imports.forEach(({ bindings }, i) => {
      const module = modules[i] as Record<string, unknown>;
      for (const { local, imported } of bindings)
        this.#boxes.link(local, imported === '*' ? () => module : () => module[imported]);
    });
    const load = (specifier: unknown): Promise<unknown> => this.importer.importDynamic(specifier, this.cwd);
    const values: Record<string, unknown> = {
      ...scopeValues(scope),
      require: this.importer.requireFrom(this.cwd),
      __dirname: this.cwd,
      __filename: path.join(this.cwd, 'notebook.ts'),
    };
    const inScope = scopeNames(scope).map((name) => values[name]);
    return made(boxes, modules, load, this.#meta, result, helpers, ...inScope);
  }
}

function scopeValues(scope: Scope): Record<string, unknown> {
  const { console, process, timers, predeclared, hooks, cell } = scope;
  return { console, process, ...timers, ...predeclared, [HOOKS]: hooks, [CELL]: cell };
}

/** What a cell sees before the globals. */
export const scopeNames = (scope: Scope): string[] => [
  'require',
  '__dirname',
  '__filename',
  ...Object.keys(scopeValues(scope)),
];
