import { layersSuite } from './layers.js';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
layersSuite('on wasm', true);
