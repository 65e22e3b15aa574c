export { figureSvg, SVG_BYTES } from './svg.js';
export type { SvgOptions } from './svg.js';
