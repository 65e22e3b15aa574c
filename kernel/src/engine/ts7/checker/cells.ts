import type { Analysis, DeclaredKind } from '../types.js';

/** Ends names that only generated text uses. */
export const ALIAS = '__gradoscope';
/** Begins the names of generated files. */
export const FILE = '__gradoscope_';

/** A committed cell that declares something that is still in use. */
export interface Cell {
  readonly id: number;
  /** What others import it by. */
  readonly module: string;
  readonly file: string;
  /** Committed cells whose declarations it uses. */
  uses: readonly Cell[];
  /** So many cells are one upon the other below it. */
  depth: number;
  /** Live names, later cells and check files that need it. */
  users: number;
}

/** What a name means now. */
export interface Live {
  readonly cell: Cell;
  readonly kind: DeclaredKind;
  /** Its name among the exports of its cell. */
  readonly exported: string;
  /** It is all of a module: `import * as name`. */
  readonly namespace: boolean;
}

export interface Commit {
  readonly cell: Cell;
  readonly text: string;
  /** It declares for the whole program. */
  readonly global: boolean;
}

const NAMESPACE =
  /\bimport\s*\*\s*as\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)\s+from\s*(['"])([^'"\\\n]+)\2/gu;
const GLOBAL = /\bdeclare\s+(?:global\b|module\s*['"])/;

/** Which name belongs to which cell. A cell that no name and no other cell needs any more is dropped. */
export class Cells {
  readonly #live = new Map<string, Live>();
  readonly #declared = new Set<string>();
  #next = 0;

  #size = 0;

  /** @param drop Called for a cell whose file nothing needs any more. */
  constructor(private readonly drop: (cell: Cell) => void) {}

  /** How many cells have a file. */
  get size(): number {
    return this.#size;
  }

  get(name: string): Live | undefined {
    return this.#live.get(name);
  }

  names(): Iterable<string> {
    return this.#live.keys();
  }

  /** What a variable of an earlier cell is imported as, in the check of a cell that uses it. */
  aliasOf(name: string, analysis: Analysis): string | undefined {
    const live = this.used(analysis).find(([each]) => each === name)?.[1];
    return live && assignable(live.kind) ? `${name}${ALIAS}` : undefined;
  }

  /** What a name that is still a cell's own is exported by, by name; a name of a later cell is nobody's any more. */
  namesOf(cell: Cell): Map<string, string> {
    const own = [...this.#live].filter(([, live]) => live.cell === cell);
    return new Map(own.map(([name, { exported }]) => [name, exported]));
  }

  /** The names that stand for a module. */
  namespaces(): [string, Live][] {
    return [...this.#live].filter(([, { namespace }]) => namespace);
  }

  /** The names of earlier cells that a cell uses. */
  used({ code, free, declared, syntaxErrors }: Analysis): [string, Live][] {
    const own = new Set(declared.map(({ name }) => name));
    // Half a cell, as it is completed, may not be understood: then every word in it counts.
    const words = syntaxErrors.length > 0 ? (code.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []) : [];
    const found: [string, Live][] = [];
    for (const name of new Set([...free, ...words])) {
      const live = own.has(name) ? undefined : this.#live.get(name);
      if (live) found.push([name, live]);
    }
    return found;
  }

  /** @returns Undefined when the cell declares nothing. */
  commit(analysis: Analysis): Commit | undefined {
    const kinds = new Map<string, DeclaredKind>();
    for (const { name, kind } of analysis.declared) {
      if (!assignable(kinds.get(name))) kinds.set(name, kind);
    }
    const global = GLOBAL.test(analysis.code);
    if (kinds.size === 0 && !global) return undefined;

    const used = this.used(analysis);
    const id = ++this.#next;
    this.#size++;
    const module = `./${FILE}${id}`;
    const cell: Cell = {
      id,
      module,
      file: `${FILE}${id}.${analysis.jsx ? 'tsx' : 'ts'}`,
      uses: [],
      depth: 0,
      users: 0,
    };
    this.setUses(cell, [...new Set(used.map(([, live]) => live.cell))]);
    // A name that the user exports can be exported again by another name only.
    const suffix = /\bexport\b/.test(analysis.code) ? ALIAS : '';
    const namespaces = namespaceImports(analysis);
    const exported = [...kinds.keys()].map((name) => {
      const specifier = namespaces.get(name);
      return specifier === undefined
        ? `export { ${name} as ${name}${suffix} };`
        : `export * as ${name}${suffix} from ${JSON.stringify(specifier)};`;
    });
    const text = `${analysis.code}\n;${importsOf(used, [], '_')}${exported.join('')}export {};\n`;
    for (const [name, kind] of kinds) {
      const before = this.#live.get(name);
      this.#live.set(name, { cell, kind, exported: name + suffix, namespace: namespaces.has(name) });
      cell.users++;
      this.#declared.add(name);
      if (before) this.release(before.cell);
    }
    if (global) cell.users++;
    return { cell, text, global };
  }

  /** Whether some cell has ever declared the name. */
  declared(name: string): boolean {
    return this.#declared.has(name);
  }

  /** Changes what a cell is built on. */
  setUses(cell: Cell, uses: readonly Cell[]): void {
    const before = cell.uses;
    for (const use of uses) use.users++;
    cell.uses = uses;
    cell.depth = uses.length === 0 ? 0 : 1 + Math.max(...uses.map(({ depth }) => depth));
    for (const use of before) this.release(use);
  }

  /** One user less. */
  release(cell: Cell): void {
    const pending = [cell];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (--next.users > 0) continue;
      this.#size--;
      this.drop(next);
      pending.push(...next.uses);
    }
  }
}

/**
 * Imports of names from their cells. A variable is declared anew by its type, since an import cannot be assigned to.
 * @param first Cells that are imported in any case, and in this order.
 * @param suffix Tells the aliases of one file from those of another.
 */
export function importsOf(used: readonly [string, Live][], first: readonly Cell[], suffix: string): string {
  const specifiers = new Map<Cell, string[]>(first.map((cell) => [cell, []]));
  const variables: string[] = [];
  for (const [name, { cell, kind, exported }] of used) {
    const alias = assignable(kind) ? `${name}${ALIAS}${suffix}` : name;
    if (alias !== name) variables.push(`declare let ${name}: typeof ${alias};`);
    const list = specifiers.get(cell) ?? [];
    list.push(exported === alias ? alias : `${exported} as ${alias}`);
    specifiers.set(cell, list);
  }
  const imports = [...specifiers].map(
    ([cell, list]) => `import { ${list.join(', ')} } from '${cell.module}';`,
  );
  return imports.join('') + variables.join('');
}

/**
 * Specifiers of `import * as name`, by name. Exported by `export * as name from` they are the same to later cells, but the
 * compiler does not look at every member of the module each time to see whether it can be called.
 */
function namespaceImports({ code, imports, declared }: Analysis): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', , specifier = ''] of code.matchAll(NAMESPACE)) {
    const own = declared.filter((each) => each.name === name);
    if (own.length === 1 && own[0]?.kind === 'import' && !own[0].typeOnly && imports.includes(specifier)) {
      found.set(name, specifier);
    }
  }
  return found;
}

const assignable = (kind: DeclaredKind | undefined): boolean => kind === 'let' || kind === 'var';
