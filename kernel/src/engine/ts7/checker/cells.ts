import type { Analysis, DeclaredKind } from '../types.js';

/** Ends names that only generated text uses. */
export const ALIAS = '__gradoscope';
/** Begins the names of generated files. */
export const FILE = '__gradoscope_';

/** A committed cell that declares something that is still in use. */
interface Cell {
  readonly id: number;
  readonly extension: string;
  /** Committed cells whose declarations it uses. */
  readonly uses: readonly Cell[];
  /** Live names, later cells, and declarations that go to all that need it. */
  users: number;
}

interface Live {
  readonly cell: Cell;
  readonly kind: DeclaredKind;
  /** Its name among the exports of its cell. */
  readonly exported: string;
}

export interface Commit {
  /** The file of the cell, when it declares something. */
  readonly file: string | undefined;
  readonly text: string;
  /** Files that nothing needs any more. */
  readonly dropped: readonly string[];
}

const GLOBAL = /\bdeclare\s+(?:global\b|module\s*['"])/;

/** Which name belongs to which cell, and the texts that tell the compiler so. */
export class Cells {
  readonly #live = new Map<string, Live>();
  #next = 0;
  /** Cells that declare for the whole program. */
  readonly #global: Cell[] = [];

  get size(): number {
    return this.#live.size;
  }

  kind(name: string): DeclaredKind | undefined {
    return this.#live.get(name)?.kind;
  }

  /** What the user's source is followed by, so that it sees earlier cells. @param all Every name of theirs. */
  tail(analysis: Analysis, all = false): string {
    const imports: string[] = [];
    const variables: string[] = [];
    for (const [name, { kind }] of this.#used(analysis, all)) {
      if (assignable(kind)) {
        imports.push(`${name} as ${name}${ALIAS}`);
        variables.push(`declare let ${name}: typeof ${name}${ALIAS};`);
      } else imports.push(name);
    }
    // Always this one import: a program whose imports stay the same is kept.
    return `\n;import { ${imports.join(', ')} } from './${FILE}scope';${variables.join('')}`;
  }

  /** The module from which a cell imports the names of earlier ones. */
  scope(): string {
    const lines = this.#global.map((cell) => `import './${moduleOf(cell)}';`);
    for (const [name, { cell, exported }] of this.#live) {
      lines.push(
        `export { ${exported === name ? name : `${exported} as ${name}`} } from './${moduleOf(cell)}';`,
      );
    }
    return `${lines.join('\n')}\nexport {};\n`;
  }

  commit(analysis: Analysis): Commit {
    const kinds = new Map<string, DeclaredKind>();
    for (const { name, kind } of analysis.declared) {
      if (!assignable(kinds.get(name))) kinds.set(name, kind);
    }
    const global = GLOBAL.test(analysis.code);
    const dropped: string[] = [];
    if (kinds.size === 0 && !global) return { file: undefined, text: '', dropped };

    const used = this.#used(analysis, false);
    const cell: Cell = {
      id: ++this.#next,
      extension: analysis.jsx ? 'tsx' : 'ts',
      uses: [...new Set(used.map(([, live]) => live.cell))],
      users: 0,
    };
    for (const use of cell.uses) use.users++;
    const suffix = /\bexport\b/.test(analysis.code) ? ALIAS : '';
    const list = [...kinds.keys()].map((name) => (suffix ? `${name} as ${name}${suffix}` : name));
    const imports = used.map(([name, live]) => importOf(name, live));
    const text = `${analysis.code}\n${imports.join('')}export { ${list.join(', ')} };\n`;

    for (const [name, kind] of kinds) {
      const before = this.#live.get(name);
      // Deleted first, so that names are listed in the order of their last declaration.
      this.#live.delete(name);
      this.#live.set(name, { cell, kind, exported: name + suffix });
      cell.users++;
      if (before) this.#release(before.cell, dropped);
    }
    if (global) {
      this.#global.push(cell);
      cell.users++;
    }
    return { file: `${moduleOf(cell)}.${cell.extension}`, text, dropped };
  }

  #used({ free, declared }: Analysis, all: boolean): [string, Live][] {
    const own = new Set(declared.map(({ name }) => name));
    const names = all ? this.#live.keys() : free;
    const found: [string, Live][] = [];
    for (const name of names) {
      const live = own.has(name) ? undefined : this.#live.get(name);
      if (live) found.push([name, live]);
    }
    return found;
  }

  #release(cell: Cell, dropped: string[]): void {
    const pending = [cell];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (--next.users > 0) continue;
      dropped.push(`${moduleOf(next)}.${next.extension}`);
      pending.push(...next.uses);
    }
  }
}

const assignable = (kind: DeclaredKind | undefined): boolean => kind === 'let' || kind === 'var';

const moduleOf = (cell: Cell): string => `${FILE}${cell.id}`;

function importOf(name: string, { cell, kind, exported }: Live): string {
  if (!assignable(kind)) {
    return `import { ${exported === name ? name : `${exported} as ${name}`} } from './${moduleOf(cell)}';\n`;
  }
  const alias = `${name}${ALIAS}_`;
  return `import { ${exported} as ${alias} } from './${moduleOf(cell)}';declare let ${name}: typeof ${alias};\n`;
}
