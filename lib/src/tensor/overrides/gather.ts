import type { Tensor } from '@tensorflow/tfjs';
import { typed } from '../compiled/native-functions.js';
import { replaceKernel, type Registrar } from './override.js';

/** The stock kernel reads the indices to check them, which waits for them and cannot be compiled; TensorFlow checks them itself. */
export function overrideGather(registrar: Registrar): void {
  const { tf, backend } = registrar;
  replaceKernel(registrar, 'GatherV2', ({ inputs, attrs }) => {
    const { x, indices } = inputs as { x: Tensor; indices: Tensor };
    const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
    tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
    const at = tf.scalar(axis, 'int32');
    const attributes = [
      { name: 'batch_dims', type: backend.binding.TF_ATTR_INT, value: batchDims },
      typed(backend, 'Tparams', x.dtype),
      typed(backend, 'Tindices', indices.dtype),
      typed(backend, 'Taxis', 'int32'),
    ];
    const result = backend.executeSingleOutput('GatherV2', attributes, [x, indices, at]);
    at.dispose();
    return result;
  });
}
