/** A variable of the notebook. */
export interface Box {
  v: unknown;
}

/** The notebook's variables by name; one box a name, shared by all cells. */
export class Boxes {
  readonly #boxes = new Map<string, Box>();

  has(name: string): boolean {
    return this.#boxes.has(name);
  }

  get(name: string): Box {
    let box = this.#boxes.get(name);
    if (!box) this.#boxes.set(name, (box = freshBox()));
    return box;
  }

  /** Binds a name to what `get` gives at each use: an import, which cannot be assigned to. */
  link(name: string, get: () => unknown): void {
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
    const box = this.get(name);
    if (Object.getOwnPropertyDescriptor(box, 'v')?.get)
      Object.defineProperty(box, 'v', {
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
