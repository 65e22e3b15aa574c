/** What compiled code calls where node has no such syntax yet. The names are those of the transformer. */
export const helpers = { decorate, decorateParam, decorateMetadata, usingCtx };

type Decorator = (target: object, key?: PropertyKey, descriptor?: unknown) => unknown;

/** Decorators of TypeScript's older kind, applied from last to first. */
function decorate(
  decorators: readonly Decorator[],
  target: object,
  key?: PropertyKey,
  descriptor?: PropertyDescriptor | null,
): unknown {
  const ofClass = key === undefined;
  // null: the member's own descriptor; undefined: a field, which has none.
  let current: unknown = ofClass
    ? target
    : descriptor === null
      ? Object.getOwnPropertyDescriptor(target, key)
      : descriptor;
  for (const decorator of [...decorators].reverse()) {
    const given = ofClass ? decorator(current as object) : decorator(target, key, current);
    current = given ?? current;
  }
  if (!ofClass && current) Object.defineProperty(target, key, current as PropertyDescriptor);
  return current;
}

function decorateParam(
  index: number,
  decorator: (target: object, key: PropertyKey | undefined, index: number) => void,
) {
  return (target: object, key?: PropertyKey): void => decorator(target, key, index);
}

/** Noted when `Reflect.metadata` is there, as of the package reflect-metadata. */
function decorateMetadata(key: string, value: unknown): Decorator {
  const { metadata } = Reflect as { metadata?: (key: string, value: unknown) => Decorator };
  return metadata ? metadata(key, value) : () => undefined;
}

interface Resource {
  readonly dispose: (() => unknown) | undefined;
  readonly async: boolean;
}

const symbols = Symbol as unknown as { dispose?: symbol; asyncDispose?: symbol };
const DISPOSE = symbols.dispose ?? Symbol.for('nodejs.dispose');
const ASYNC_DISPOSE = symbols.asyncDispose ?? Symbol.for('nodejs.asyncDispose');

/** The resources of one block with `using`: `u` and `a` add one, `e` is what was thrown, `d` disposes of them. */
function usingCtx(): object {
  const resources: Resource[] = [];
  const nothing = {};
  let failure: unknown = nothing;
  const add = <T>(value: T, async: boolean): T => {
    if (value === null || value === undefined) {
      if (async) resources.push({ dispose: undefined, async });
      return value;
    }
    const methods = value as Record<symbol, unknown>;
    const dispose = (async ? methods[ASYNC_DISPOSE] : undefined) ?? methods[DISPOSE];
    if (typeof dispose !== 'function')
      throw new TypeError(
        `A value of "using" needs a method [Symbol.${async ? 'asyncDispose' : 'dispose'}].`,
      );
    resources.push({ dispose: () => dispose.call(value) as unknown, async });
    return value;
  };
  const failed = (error: unknown): void => {
    failure = failure === nothing ? error : suppressed(error, failure);
  };
  const end = (): void => {
    if (failure !== nothing) throw failure;
  };
  return {
    set e(error: unknown) {
      failure = error;
    },
    u: <T>(value: T) => add(value, false),
    a: <T>(value: T) => add(value, true),
    d: (): unknown => {
      const step = (): unknown => {
        for (let next = resources.pop(); next; next = resources.pop()) {
          try {
            const result = next.dispose?.();
            if (next.async)
              return Promise.resolve(result).then(step, (error: unknown) => {
                failed(error);
                return step();
              });
          } catch (error) {
            failed(error);
          }
        }
        return end();
      };
      return step();
    },
  };
}

function suppressed(error: unknown, earlier: unknown): Error {
  const made = new Error('An error was suppressed while a resource was disposed of.');
  return Object.assign(made, { name: 'SuppressedError', error, suppressed: earlier });
}
