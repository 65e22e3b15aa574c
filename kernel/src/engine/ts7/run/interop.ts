import { types } from 'node:util';

const namespaces = new WeakMap<object, object>();

/**
 * The namespace of a CommonJS module as TypeScript has it with `esModuleInterop`: the module itself when it says that it
 * was an ES module, else its members and `default`.
 */
export function namespaceOf(module: unknown): unknown {
  if ((typeof module !== 'object' && typeof module !== 'function') || module === null)
    return { default: module };
  if (types.isModuleNamespaceObject(module)) return module;
  if ((module as { __esModule?: unknown }).__esModule === true) return module;
  const known = namespaces.get(module);
  if (known) return known;
  const made: object = {};
  for (const key of Object.keys(module)) {
    if (key === 'default') continue;
    Object.defineProperty(made, key, {
      get: () => (module as Record<string, unknown>)[key],
      enumerable: true,
      configurable: true,
    });
  }
  Object.defineProperty(made, 'default', { value: module, enumerable: true });
  namespaces.set(module, made);
  return made;
}
