import { expect, it } from 'vitest';

import { kernelSuite } from './kernels.js';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
kernelSuite('in a module of our own', { dilatedInput: true });

it('the module of our own was used', async () => {
  const tf = await import('@tensorflow/tfjs');
  expect(tf.getKernel('ReluGrad', 'wasm')).toBeDefined();
});
