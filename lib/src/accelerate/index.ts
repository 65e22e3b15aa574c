/**
 * `import 'gradoscope/accelerate'`, before TensorFlow.js: loads native TensorFlow where it is set up, and accelerates `fit` of
 * TensorFlow.js's models, see {@link accelerate}. From here on `require` of `@tensorflow/tfjs`, `@tensorflow/tfjs-node` and
 * `@tensorflow/tfjs-node-gpu` gives the one TensorFlow.js of the process, whatever upstream's installation has come to.
 *
 * Where native TensorFlow is not set up, `fit` stays as it is, and the console says why.
 */
import { backend, loadTensorFlow } from '../tensor/index.js';
import { loadNativeNow } from '../tensor/backend.js';
import type { TensorFlow } from '../tensor/types.js';
import { accelerate } from './accelerate.js';

export { accelerate, type AccelerateOptions } from './accelerate.js';

const found = loadNativeNow();
let undo: (() => void) | undefined;
let undone = false;

/** The TensorFlow.js of the process, with `node` where native TensorFlow is loaded. */
export const tf: TensorFlow = backend()?.tf ?? (require('@tensorflow/tfjs') as TensorFlow);

/** Takes back what the import did to `fit`; `accelerate()` does it again. */
export function restore(): void {
  undone = true;
  undo?.();
}

if (found === 'loading') {
  // Whoever has begun that waits for it before they train anything.
  loadTensorFlow().then(
    () => void (undone || (undo = accelerate())),
    () => undefined, // which they hear of
  );
} else if (found.native || backend()) undo = accelerate();
else
  console.warn(
    `gradoscope: model.fit is not accelerated. ${found.reason} ${found.howToGetNative ?? ''}`.trim(),
  );
