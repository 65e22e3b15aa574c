import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { expect, it } from 'vitest';

import { kernelSuite } from './kernels.js';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
// As on a processor without SIMD.
tf.env().set('WASM_HAS_SIMD_SUPPORT', false);
kernelSuite('made of those that it has', { dilatedInput: false });

it('the module of our own was not used', () => {
  expect(tf.getKernel('ReluGrad', 'wasm')).toBeUndefined();
});
