import Module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { codeFile, hashOf, readCode, writeCode } from './store.js';

type Compile = (this: NodeJS.Module, content: string, filename: string, ...rest: unknown[]) => unknown;

const internals = Module as unknown as { prototype: { _compile: Compile }; wrap(source: string): string };
const tensorFlow = /[\\/]@tensorflow[\\/]tfjs[^\\/]*[\\/].*\.js$/;

/** After the load, so that the functions that it called are kept too. */
const WRITE_MS = 2000;

/**
 * Until the returned function is called, files of TensorFlow.js that are required are taken as compiled in an earlier
 * process, where their sources are the same. What had to be compiled is kept for the next one, a moment later.
 */
export function reuseCompiledCode(file: string = codeFile()): () => void {
  const known = readCode(file);
  const scripts = new Map<string, vm.Script>();
  let compiled = 0;
  const original = internals.prototype._compile;
  const compile: Compile = function (content, filename, ...rest) {
    if (!tensorFlow.test(filename) || rest.includes('module'))
      return original.call(this, content, filename, ...rest);
    // With the name: it is in the code, for stack traces.
    const key = hashOf(`${filename}\n${content}`).toString('base64');
    const cachedData = known?.get(key);
    const script = new vm.Script(internals.wrap(content), {
      filename,
      ...(cachedData && { cachedData }),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (!cachedData || script.cachedDataRejected) compiled += 1;
    scripts.set(key, script);
    const run = script.runInThisContext() as (...values: unknown[]) => unknown;
    return run.call(
      this.exports,
      this.exports,
      requireOf(this, filename),
      this,
      filename,
      path.dirname(filename),
    );
  };
  internals.prototype._compile = compile;
  return () => {
    if (internals.prototype._compile === compile) internals.prototype._compile = original;
    if (compiled > 0) setTimeout(() => keep(file, scripts), WRITE_MS).unref();
  };
}

function keep(file: string, scripts: ReadonlyMap<string, vm.Script>): void {
  try {
    writeCode(file, new Map([...scripts].map(([key, script]) => [key, script.createCachedData()])));
  } catch {
    // The next process compiles anew.
  }
}

/** What node gives a module for `require`. */
function requireOf(module: NodeJS.Module, filename: string): NodeJS.Require {
  const { resolve, cache, main, extensions } = Module.createRequire(filename);
  return Object.assign((id: string): unknown => module.require(id), {
    resolve,
    cache,
    main,
    extensions,
  }) as NodeJS.Require;
}
