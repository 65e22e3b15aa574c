import type { DataType, Tensor, Tensor1D, TensorLike, Variable } from '@tensorflow/tfjs';
import { backend as loaded } from './backend.js';
import { nativeBackend, typed, type NativeBackend } from './compiled/native-functions.js';
import type { TensorFlow } from './types.js';

/** What layers draw from; see `tf.dropout` and so on. */
interface Draws {
  dropout(x: Tensor | TensorLike, rate: number, noiseShape?: number[], seed?: number | string): Tensor;
  randomUniform(
    shape: number[],
    min?: number,
    max?: number,
    dtype?: DataType,
    seed?: number | string,
  ): Tensor;
  randomNormal(shape: number[], mean?: number, stddev?: number, dtype?: DataType, seed?: number): Tensor;
  truncatedNormal(shape: number[], mean?: number, stddev?: number, dtype?: DataType, seed?: number): Tensor;
}

type Stateless = 'StatelessRandomUniform' | 'StatelessRandomNormal' | 'StatelessTruncatedNormal';

/**
 * Random numbers of a training step from TensorFlow's stateless generators (counter-based, Philox: Salmon et al., 2011), with
 * a seed and a counter in a variable. A step that draws from it can be compiled and repeated bit by bit; TensorFlow.js draws
 * in JavaScript. Each draw of a step has its own place in the sequence; a draw with a seed of its own has another sequence
 * for each seed, which goes on from step to step, as in Keras.
 *
 * Holds one variable from its first draw until {@link dispose}.
 */
export class RandomStream {
  #state: Variable | undefined;
  #draws = 0;

  /** @param seed an integer */
  constructor(private readonly seed: number) {}

  /** Runs a step, whose layers draw from here. Where native TensorFlow does not compute, it draws as TensorFlow.js does. */
  within<T>(step: () => T): T {
    const tf = loaded()?.tf;
    const native = tf && nativeBackend(tf);
    if (!tf || !native) return step();
    const core = require('@tensorflow/tfjs-core') as Draws;
    const { dropout, randomUniform, randomNormal, truncatedNormal } = core;
    this.#draws = 0;
    Object.assign(core, this.#natives(tf, native, core));
    try {
      const result = step();
      if (this.#draws > 0)
        tf.tidy(() => this.#state?.assign(tf.add(this.#seeds(tf), tf.tensor1d([0, 1], 'int32'))));
      return result;
    } finally {
      Object.assign(core, { dropout, randomUniform, randomNormal, truncatedNormal });
    }
  }

  dispose(): void {
    this.#state?.dispose();
    this.#state = undefined;
  }

  #natives(tf: TensorFlow, native: NativeBackend, stock: Draws): Draws {
    const { randomUniform, randomNormal, truncatedNormal } = stock;
    const draw = (op: Stateless, shape: number[], seed: unknown): Tensor =>
      this.#draw(tf, native, op, shape, seed);
    const scaled = (unit: Tensor, factor: number, offset: number): Tensor => {
      const spread = factor === 1 ? unit : tf.mul(unit, factor);
      return offset === 0 ? spread : tf.add(spread, offset);
    };
    const normal =
      (op: Stateless, other: Draws['randomNormal']): Draws['randomNormal'] =>
      (shape, mean = 0, stddev = 1, dtype = 'float32', seed) =>
        dtype === 'float32'
          ? tf.tidy(() => scaled(draw(op, shape, seed), stddev, mean))
          : other(shape, mean, stddev, dtype, seed);
    return {
      dropout: (x, rate, noiseShape, seed) =>
        tf.tidy(() => {
          const given = x as Tensor;
          if (!(rate >= 0 && rate < 1))
            throw new RangeError(`rate is ${rate}; allowed are numbers from 0 to below 1.`);
          if (rate === 0) return given.clone();
          const shape = given.shape.map((size, i) => noiseShape?.[i] ?? size);
          const kept = tf.floor(tf.add(draw('StatelessRandomUniform', shape, seed), 1 - rate));
          return tf.mul(given, tf.div(kept, 1 - rate));
        }),
      randomUniform: (shape, min = 0, max = 1, dtype = 'float32', seed) =>
        dtype === 'float32'
          ? tf.tidy(() => scaled(draw('StatelessRandomUniform', shape, seed), max - min, min))
          : randomUniform(shape, min, max, dtype, seed),
      randomNormal: normal('StatelessRandomNormal', randomNormal),
      truncatedNormal: normal('StatelessTruncatedNormal', truncatedNormal),
    };
  }

  #draw(tf: TensorFlow, native: NativeBackend, op: Stateless, shape: number[], seed: unknown): Tensor {
    const place = this.#draws++;
    return tf.tidy(() => {
      const own = seed === undefined || seed === null ? 0 : hash(String(seed));
      // A place far from its neighbours' in the space of seeds.
      const key = tf.add(
        this.#seeds(tf),
        tf.tensor1d([(Math.imul(place, 0x9e3779b1) ^ own) | 0, 0], 'int32'),
      );
      const attributes = [
        typed(native, 'dtype', 'float32'),
        typed(native, 'T', 'int32'),
        typed(native, 'Tseed', 'int32'),
      ];
      return native.executeSingleOutput(op, attributes, [tf.tensor1d(shape, 'int32'), key]);
    });
  }

  /** `[seed, steps that have drawn]` */
  #seeds(tf: TensorFlow): Tensor1D {
    this.#state ??= tf.tidy(() => tf.variable(tf.tensor1d([this.seed | 0, 0], 'int32'), false));
    return this.#state as unknown as Tensor1D;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}
