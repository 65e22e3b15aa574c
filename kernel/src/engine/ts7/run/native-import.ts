import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Provided } from '../../options.js';

type Import = (specifier: string, options?: unknown) => Promise<object>;

const importers = new Map<string, Import>();
const PROVIDED = Symbol.for('gradoscope.provided');

/** node's own `import()`, as if it stood in a file of the folder. */
export function importFrom(folder: string): Import {
  let found = importers.get(folder);
  if (!found) {
    // A module that is compiled under this name has an `import()` that looks from its folder.
    const module = new Module(path.join(folder, 'import.cjs')) as Module & {
      _compile(code: string, filename: string): void;
    };
    module._compile('module.exports = (specifier, options) => import(specifier, options);', module.id);
    found = module.exports as Import;
    importers.set(folder, found);
  }
  return found;
}

export const importFile = (file: string): Promise<object> =>
  importFrom(path.dirname(file))(pathToFileURL(file).href);

/** Those that ES modules get from us by now. */
let answered: readonly string[] = [];
const urls = new Map<string, string>();

/**
 * Lets ES modules import the modules that the kernel provides, by the same objects as cells see.
 * Called again when there may be more of them.
 */
export function provide(modules: Provided): void {
  const specifiers = modules.loaded();
  if (specifiers.every((specifier) => answered.includes(specifier))) return;
  const first = answered.length === 0;
  answered = specifiers;
  Object.defineProperty(globalThis, PROVIDED, { value: modules, configurable: true });
  const facadeOf = (specifier: string): string => {
    const url = urls.get(specifier) ?? facade(specifier, modules.get(specifier));
    urls.set(specifier, url);
    return url;
  };
  const hooks = Module as unknown as {
    registerHooks?(hooks: { resolve: (specifier: string, context: unknown, next: Next) => unknown }): void;
  };
  if (hooks.registerHooks) {
    if (!first) return;
    hooks.registerHooks({
      // A `require` is answered by the kernel's own loader, which knows the module.
      resolve: (specifier, context, next) =>
        isImport(context) && modules.has(specifier)
          ? { url: facadeOf(specifier), format: 'module', shortCircuit: true }
          : next(specifier, context),
    });
    return;
  }
  // Older versions run such hooks in a thread of their own, which starts here.
  const source = `let urls;
export function initialize(given) { urls = given; }
export function resolve(specifier, context, next) {
  const url = Object.hasOwn(urls, specifier) ? urls[specifier] : undefined;
  return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true };
}`;
  const data = Object.fromEntries(specifiers.map((specifier) => [specifier, facadeOf(specifier)]));
  Module.register(`data:text/javascript,${encodeURIComponent(source)}`, { data });
}

type Next = (specifier: string, context: unknown) => unknown;

const isImport = (context: unknown): boolean =>
  (context as { conditions?: readonly string[] }).conditions?.includes('import') ?? false;

/** An ES module that exports the members of a module that is there already. */
function facade(specifier: string, module: unknown): string {
  const members = typeof module === 'object' && module !== null ? Object.keys(module) : [];
  const names = members.filter((name) => name !== 'default');
  const lines = [
    `const module = globalThis[Symbol.for("gradoscope.provided")].get(${JSON.stringify(specifier)});`,
    `export default module.default ?? module;`,
    ...names.map((name, i) => `const m${i} = module[${JSON.stringify(name)}];`),
    `export { ${names.map((name, i) => `m${i} as ${JSON.stringify(name)}`).join(', ')} };`,
  ];
  return `data:text/javascript,${encodeURIComponent(lines.join('\n'))}`;
}
