import { createRequire } from 'node:module';
import type { Engine } from './engine.js';
import type { EngineOptions } from './options.js';

const load = createRequire(__filename);

/** The engines by name; a module is loaded only when its engine is chosen. */
const ENGINES: Readonly<Record<string, (options: EngineOptions) => Engine>> = {
  tslab: (options) => {
    const { TslabEngine } = load('./tslab/engine.js') as typeof import('./tslab/engine.js');
    return new TslabEngine(options);
  },
  ts7: (options) => {
    const { Ts7Engine } = load('./ts7/engine.js') as typeof import('./ts7/engine.js');
    return new Ts7Engine(options);
  },
};

export const ENGINE_NAMES = Object.keys(ENGINES);
export const DEFAULT_ENGINE = 'ts7';

/** @throws RangeError for a name that no engine has. */
export function checkEngine(name: string): string {
  if (ENGINE_NAMES.includes(name)) return name;
  throw new RangeError(
    `--engine is ${JSON.stringify(name)}; allowed are ${ENGINE_NAMES.map((n) => JSON.stringify(n)).join(' and ')}.`,
  );
}

/** @throws RangeError for anything but `error` and `warn`, and for `warn` on an engine that cannot do it. */
export function checkTypeErrors(value: string, engine: string): 'error' | 'warn' {
  if (value !== 'error' && value !== 'warn')
    throw new RangeError(
      `--type-errors (or GRADOSCOPE_TYPE_ERRORS) is ${JSON.stringify(value)}; allowed are "error" and "warn".`,
    );
  if (value === 'warn' && engine === 'tslab')
    throw new RangeError('--type-errors warn needs another engine than tslab: give --engine ts7 as well.');
  return value;
}

export function createEngine(name: string, options: EngineOptions): Engine {
  const make = ENGINES[checkEngine(name)];
  if (!make) throw new RangeError(`There is no engine ${name}.`);
  return make(options);
}
