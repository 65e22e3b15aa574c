import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Meta {
  readonly url: string;
  readonly filename: string;
  readonly dirname: string;
  resolve(specifier: string): string;
}

/** `import.meta` of a file. */
export function fileMeta(url: string, filename: string): Meta {
  const require = Module.createRequire(filename);
  return Object.assign(Object.create(null) as object, {
    url,
    filename,
    dirname: path.dirname(filename),
    resolve: (specifier: string): string => {
      if (/^[a-z]+:/.test(specifier)) return specifier;
      if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, url).href;
      const file = require.resolve(specifier);
      return path.isAbsolute(file) ? pathToFileURL(file).href : `node:${file}`;
    },
  });
}
