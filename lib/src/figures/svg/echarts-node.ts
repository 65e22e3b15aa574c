import { createRequire } from 'node:module';
import type { ECharts } from './echarts.js';

let loaded: ECharts | undefined;

/** Loads ECharts at its first use: it takes about 100 ms, which importing Gradoscope must not. */
export function echarts(): ECharts {
  loaded ??= createRequire(__filename)('echarts') as ECharts;
  return loaded;
}
