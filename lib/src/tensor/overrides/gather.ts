import type { Tensor } from '@tensorflow/tfjs';
import { typed } from '../compiled/native-functions.js';
import { replaceKernel, type Registrar } from './override.js';

/** The stock kernel reads the indices to check them, which waits for them and cannot be compiled; TensorFlow checks them itself. */
export function overrideGather(registrar: Registrar): void {
  const { tf } = registrar;
  replaceKernel(registrar, 'GatherV2', ({ inputs, attrs, backend }) => {
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
    try {
      return backend.executeSingleOutput('GatherV2', attributes, [x, indices, at]);
    } catch (error) {
      throw asStock(error);
    } finally {
      at.dispose();
    }
  });
}

/** An index that is out of range is reported in the words of the stock kernel. */
function asStock(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  const [, index, size] = / = (-?\d+) is not in \[0, (\d+)\)/.exec(message) ?? [];
  if (index === undefined) return error;
  return new Error(`GatherV2: the index value ${index} is not in [0, ${Number(size) - 1}]`, { cause: error });
}
