import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { corner } from './corner.js';
import type { TensorFlow } from './types.js';

/** Values of a tensor that are taken from the device to show it. */
const LARGE = 10_000;
/** Rows and columns of a larger one. */
const FEW = 6;

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Shows tensors by their values and models by their layers, where node would show the objects' insides. */
export function makeReadable(tf: TensorFlow): void {
  const show = <T extends object>(prototype: T, text: (value: T) => string): void => {
    Object.defineProperty(prototype, INSPECT, {
      configurable: true,
      value(this: T) {
        return text(this);
      },
    });
  };
  show<Tensor>(tf.Tensor.prototype, (tensor) => tensorText(tf, tensor));
  show<LayersModel>(tf.LayersModel.prototype, summary);
}

/** TensorFlow.js takes all values from the device to show a few; of a large tensor this takes the few. */
function tensorText(tf: TensorFlow, tensor: Tensor): string {
  const shape = tensor.shape.join(', ');
  if (tensor.isDisposed) return `Tensor (disposed) [${shape}]`;
  if (tensor.size <= LARGE) return tensor.toString(true);
  const found = corner(tf, tensor, FEW, FEW);
  const head = `Tensor ${tensor.dtype} [${shape}], ${tensor.size} values`;
  if (!found) return head;
  const rows = found.values.map((row) => `  [${row.join(', ')}${found.moreColumns ? ', …' : ''}]`);
  return [`${head}, the first:`, ...rows, ...(found.moreRows ? ['  …'] : [])].join('\n');
}

function summary(model: LayersModel): string {
  const lines: string[] = [];
  try {
    model.summary(undefined, undefined, (line: string) => lines.push(line));
  } catch {
    return `${model.getClassName()} ${model.name} (no input shape yet)`;
  }
  return lines.join('\n');
}
