import type { Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import { detached, type TensorFlow } from '../../tensor/index.js';

/** A layer, with no more than the speed check needs. Convolutions are 3×3, poolings 2×2. */
type Layer =
  | { readonly kind: 'dense'; readonly units: number; readonly relu?: boolean }
  | { readonly kind: 'conv'; readonly filters: number }
  | { readonly kind: 'pool' };

/** A classifier for the speed check. */
export interface Plan {
  readonly name: 'MLP' | 'CNN';
  readonly description: string;
  readonly input: readonly number[];
  readonly layers: readonly Layer[];
  /** Examples a step, unless that takes too long. */
  readonly batch: number;
}

export const plans: readonly Plan[] = [
  {
    name: 'MLP',
    description: 'dense 784–128–10',
    input: [784],
    layers: [
      { kind: 'dense', units: 128, relu: true },
      { kind: 'dense', units: 10 },
    ],
    batch: 128,
  },
  {
    name: 'CNN',
    description: '28×28, conv 32, pool, conv 64, pool, dense 128, dense 10',
    input: [28, 28, 1],
    layers: [
      { kind: 'conv', filters: 32 },
      { kind: 'pool' },
      { kind: 'conv', filters: 64 },
      { kind: 'pool' },
      { kind: 'dense', units: 128, relu: true },
      { kind: 'dense', units: 10 },
    ],
    batch: 64,
  },
];

export interface Classifier {
  /** One training step of softmax cross-entropy with Adam. @returns the loss */
  step(x: Tensor, y: Tensor): Tensor;
  dispose(): void;
}

interface Shape {
  readonly weights: readonly number[] | undefined;
  readonly output: readonly number[];
  /** Floating-point operations of the products, an example, forward. */
  readonly flops: number;
}

/** Shapes of weights and outputs, layer by layer. */
function shapes({ input, layers }: Plan): Shape[] {
  let shape = input;
  return layers.map((layer) => {
    const [height = 1, width = 1, channels = 1] = shape;
    let made: Shape;
    if (layer.kind === 'pool')
      made = { weights: undefined, output: [height >> 1, width >> 1, channels], flops: 0 };
    else if (layer.kind === 'conv') {
      const output = [height - 2, width - 2, layer.filters];
      const flops = 2 * 9 * channels * (height - 2) * (width - 2) * layer.filters;
      made = { weights: [3, 3, channels, layer.filters], output, flops };
    } else {
      const size = shape.reduce((a, b) => a * b, 1);
      made = { weights: [size, layer.units], output: [layer.units], flops: 2 * size * layer.units };
    }
    shape = made.output;
    return made;
  });
}

/**
 * Floating-point operations of the products in one training step: forward, and twice as many for the gradients of weights
 * and inputs; the first layer's inputs need none.
 */
export function stepFlops(plan: Plan, batch: number): number {
  const forward = shapes(plan).map(({ flops }) => flops);
  const sum = forward.reduce((a, b) => a + b, 0);
  return batch * (3 * sum - (forward[0] ?? 0));
}

/** Builds it of plain variables: layers would take the next names of the user's own. */
export function classifier(tf: TensorFlow, plan: Plan): Classifier {
  const weights: (readonly [Variable, Variable] | undefined)[] = detached(() =>
    shapes(plan).map(({ weights: shape }, i) => {
      if (!shape) return undefined;
      return tf.tidy(() => {
        const values = tf.randomNormal([...shape], 0, 0.08, 'float32', i + 1);
        return [tf.variable(values), tf.variable(tf.zeros([shape.at(-1) ?? 1]))] as const;
      });
    }),
  );
  const variables = weights.flatMap((pair) => pair ?? []);
  const optimizer = tf.train.adam(0.001);
  const logits = (x: Tensor): Tensor =>
    plan.layers.reduce((h, layer, i) => apply(tf, layer, weights[i], h), x);
  return {
    step(x, y) {
      const forward = () => tf.losses.softmaxCrossEntropy(y, logits(x)).asScalar();
      const { value, grads } = tf.variableGrads(forward, variables);
      optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      return value;
    },
    dispose() {
      optimizer.dispose();
      tf.dispose(variables);
    },
  };
}

function apply(
  tf: TensorFlow,
  layer: Layer,
  pair: readonly [Variable, Variable] | undefined,
  x: Tensor,
): Tensor {
  if (layer.kind === 'pool') return tf.maxPool(x as Tensor4D, 2, 2, 'valid');
  const [w, b] = pair as readonly [Variable, Variable];
  if (layer.kind === 'conv')
    return tf.relu(tf.add(tf.conv2d(x as Tensor4D, w as Variable<never>, 1, 'valid'), b));
  const flat = tf.reshape(x, [x.shape[0] ?? 1, -1]) as Tensor2D;
  const product = tf.add(tf.matMul(flat, w), b);
  return layer.relu ? tf.relu(product) : product;
}
