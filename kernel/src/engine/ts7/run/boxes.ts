/** A variable of the notebook. */
export interface Box {
  v: unknown;
}

/** The notebook's variables by name; one box a name, shared by all cells. */
export class Boxes {
  readonly #boxes = new Map<string, Box>();
  readonly #imports = new Set<string>();

  /** What a name is; undefined: no cell has declared it. */
  known(name: string): 'variable' | 'import' | undefined {
    if (this.#imports.has(name)) return 'import';
    return this.#boxes.has(name) ? 'variable' : undefined;
  }

  /** @param number It will hold numbers. */
  get(name: string, number = false): Box {
    let box = this.#boxes.get(name);
    if (!box) this.#boxes.set(name, (box = number ? numberBox() : freshBox()));
    return box;
  }

  /** Binds a name to what `get` gives at each use: an import, which cannot be assigned to. */
  link(name: string, get: () => unknown): void {
    this.#imports.add(name);
    Object.defineProperty(this.get(name), 'v', {
      get,
      set: () => {
        throw new TypeError(`${JSON.stringify(name)} is an import; it cannot be assigned to.`);
      },
      enumerable: true,
      configurable: true,
    });
  }

  /** Makes a variable of a name that was linked. */
  unlink(name: string): void {
    if (!this.#imports.delete(name)) return;
    Object.defineProperty(this.get(name), 'v', {
      value: undefined,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/** Each box has a shape of its own, so that the compiler knows the type of each variable by itself. */
function freshBox(): Box {
  return new (class implements Box {
    v: unknown;
  })();
}

/** A field that begins as a fraction stores each number in place; any other would take memory for each new number. */
function numberBox(): Box {
  return new (class implements Box {
    v: unknown = NaN;
  })();
}
