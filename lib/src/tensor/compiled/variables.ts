import type { Variable } from '@tensorflow/tfjs';
import { detached } from '../detached.js';
import { idOf, typed, type NativeBackend } from './native-functions.js';

/** A variable's number, which it shares with no other tensor: the value under that number is replaced. */
export function own(backend: NativeBackend, variable: Variable): number {
  if (backend.refCount(variable.dataId) > 1) {
    detached(() => {
      const type = typed(backend, 'T', variable.dtype);
      const copy = backend.executeSingleOutput('Identity', [type], [variable]);
      variable.assign(copy);
      copy.dispose();
    });
  }
  return idOf(backend, variable);
}
