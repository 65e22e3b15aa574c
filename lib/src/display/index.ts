/** What a notebook shows: `gradoscope/display`. */
export { clearOutput, display, page } from './display.js';
export { json } from './json.js';
export { html, latex, md, svg, type Markup } from './markup.js';
export { jpeg, png } from './picture.js';
export { Rich } from './rich.js';
export { table, type TableOptions } from './table.js';
export type { Shown, ShowOptions } from '../host/types.js';
