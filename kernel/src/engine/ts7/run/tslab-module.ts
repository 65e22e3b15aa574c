import { createRequire } from 'node:module';
import type { EngineOptions } from '../../options.js';

/** tslab's public module, whose `display` shows through the kernel. It is loaded when a cell first imports it. */
export function tslabModule(show: EngineOptions['show']): unknown {
  const require = createRequire(createRequire(__filename).resolve('tslab/package.json'));
  const jupyter = require('tslab/dist/jupyter.js') as { lastWriteDisplayData: unknown };
  jupyter.lastWriteDisplayData = show;
  return require('tslab/dist/public.js') as unknown;
}
