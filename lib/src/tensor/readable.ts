import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from './types.js';

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
  show<Tensor>(tf.Tensor.prototype, (tensor) =>
    tensor.isDisposed ? `Tensor (disposed) [${tensor.shape.join(', ')}]` : tensor.toString(true),
  );
  show<LayersModel>(tf.LayersModel.prototype, summary);
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
