import { createRequire } from 'node:module';
import path from 'node:path';
import type * as TS from '@tslab/typescript-for-tslab';
import type * as ConverterModule from 'tslab/dist/converter.js';
import type * as ExecutorModule from 'tslab/dist/executor.js';
import { patchSystem, type ResolutionOptions } from './resolution.js';
import { carryContext } from './transform.js';
import { takeInlineMap, type CellMaps } from './source-map.js';

export interface Compiler {
  readonly ts: typeof TS;
  readonly converter: typeof ConverterModule;
  readonly executor: typeof ExecutorModule;
  /** tslab's own require, to reach its other modules. */
  readonly require: NodeJS.Require;
  /** The source maps of JavaScript that the converter has produced lately, by its text. */
  readonly maps: ReadonlyMap<string, CellMaps>;
}

/**
 * Loads tslab's converter with a TypeScript that resolves from any folder, emits source maps, and carries the cell
 * through each `await`. tslab reads the compiler from node's module cache, so a copy with these changes is put there.
 */
export function loadCompiler(resolution: ResolutionOptions): Compiler {
  const require = createRequire(createRequire(__filename).resolve('tslab/package.json'));
  const file = require.resolve('@tslab/typescript-for-tslab');
  const ts = require(file) as typeof TS;
  const cached = require.cache[file];
  if (!cached) throw new Error(`${file} is not in node's module cache after it was loaded.`);
  patchSystem(ts.sys, resolution);

  const maps = new Map<string, CellMaps>();
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(ts)) as Record<string, unknown>;
  const changed: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(copy)) {
    if (name === 'createWatchCompilerHost' || name === 'transpileModule') continue;
    Object.defineProperty(changed, name, {
      enumerable: true,
      get: () => (ts as unknown as Record<string, unknown>)[name],
    });
  }
  changed.createWatchCompilerHost = (files: string[], options: TS.CompilerOptions, ...rest: unknown[]) =>
    (ts.createWatchCompilerHost as (...args: unknown[]) => unknown)(
      files,
      { ...options, inlineSourceMap: true },
      ...rest,
    );
  changed.transpileModule = (input: string, options: TS.TranspileOptions) => {
    const { code, map } = takeInlineMap(input);
    const compilerOptions = { ...options.compilerOptions, sourceMap: true };
    const result = ts.transpileModule(code, {
      ...options,
      compilerOptions,
      transformers: { before: [carryContext(ts)] },
    });
    const outputText = result.outputText.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, '\n');
    if (map && result.sourceMapText) {
      maps.set(outputText, {
        typescript: map,
        commonjs: JSON.parse(result.sourceMapText) as CellMaps['commonjs'],
      });
      const [oldest] = maps.keys();
      if (maps.size > 50 && oldest !== undefined) maps.delete(oldest);
    }
    return { ...result, outputText };
  };
  cached.exports = changed;
  const dist = path.dirname(require.resolve('tslab/dist/converter.js'));
  try {
    const converter = require(path.join(dist, 'converter.js')) as typeof ConverterModule;
    const executor = require(path.join(dist, 'executor.js')) as typeof ExecutorModule;
    return { ts, converter, executor, require, maps };
  } finally {
    cached.exports = ts;
  }
}
