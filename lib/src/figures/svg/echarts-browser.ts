import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import * as core from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { ECharts } from './echarts.js';

core.use([CustomChart, LineChart, ScatterChart, GraphicComponent, GridComponent, SVGRenderer]);
// Text is measured as in node, not with this page's fonts: the same figure gives the same picture everywhere.
core.setPlatformAPI({ createCanvas: () => null as never });

/** The parts of ECharts that figures use. Import what leads here with `import()`: it is ten times as large as the rest of the library. */
export const echarts = (): ECharts => core;
