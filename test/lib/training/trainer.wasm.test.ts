import { trainerSuite } from './suite.js';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
trainerSuite('wasm');
