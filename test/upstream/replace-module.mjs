import Module, { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** @param {string} file @param {unknown} exports what whoever requires the module gets from now on */
export function replaceModule(file, exports) {
  require.cache[file] = Object.assign(new Module(file), { filename: file, loaded: true, exports });
}
