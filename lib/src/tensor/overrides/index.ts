import { nativeBackend } from '../compiled/native-functions.js';
import type { TensorFlow } from '../types.js';
import { overrideAdam } from './adam.js';
import { overrideBias } from './bias.js';
import { overrideGather } from './gather.js';
import { allows, limitKernels } from './kernels.js';
import { overrideMatMul } from './mat-mul.js';
import { overrideMaxPoolGradient } from './max-pool-gradient.js';
import type { Registrar } from './override.js';
import { overrideRecurrentLayers } from './recurrent/layers.js';
import { overrideReluGradient } from './relu-gradient.js';
import { overrideSoftmaxCrossEntropy } from './softmax-cross-entropy.js';
import { overrideTileGradient } from './tile-gradient.js';

export { withStockKernels } from './kernels.js';

const overridden = new WeakSet<object>();

/** Puts TensorFlow's own training operations in the place of what tfjs-node composes, once. */
export function overrideKernels(tf: TensorFlow): void {
  const backend = nativeBackend(tf);
  if (!backend || overridden.has(backend)) return;
  overridden.add(backend);
  if (!backend.binding.ownOperations) limitKernels('tensorflow');
  const registrar: Registrar = { tf, allows };
  for (const override of [
    overrideGather,
    overrideReluGradient,
    overrideBias,
    overrideMatMul,
    overrideMaxPoolGradient,
    overrideSoftmaxCrossEntropy,
    overrideTileGradient,
    overrideAdam,
    overrideRecurrentLayers,
  ])
    override(registrar);
}
