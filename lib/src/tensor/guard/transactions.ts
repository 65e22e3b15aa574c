import type { DataId, KernelBackend, Tensor, Variable } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';
import { counters, fieldsOf, type Counters, type Engine } from './engine.js';

/** A tensor's data as it was when a piece of book-keeping began. */
interface Reference {
  readonly id: DataId;
  readonly backend: KernelBackend;
  readonly refs: number;
  readonly bytes: number;
}

type Pending =
  | { kind: 'track'; tensor: Tensor; before: Counters; known: boolean }
  | { kind: 'dispose'; tensor: Tensor; before: Counters; from: Reference }
  | { kind: 'assign'; variable: Variable; before: Counters; from: Reference; to: Reference };

/**
 * The engine's book-keeping of one tensor takes several statements, and a termination can fall between any two of them.
 * Each such piece is noted when it begins; if it never ended, the returned function undoes or completes it.
 */
export function watchTransactions(tf: TensorFlow): () => void {
  const engine = tf.engine() as unknown as Engine;
  const { state } = engine;
  const trackTensor = engine.trackTensor.bind(engine);
  const disposeTensor = engine.disposeTensor.bind(engine);
  const prototype = tf.Variable.prototype;
  const assign = prototype.assign;
  let pending: Pending | undefined;

  const reference = (id: DataId): Reference | undefined => {
    const info = state.tensorInfo.get(id);
    return info && { id, backend: info.backend, refs: info.backend.refCount(id), bytes: info.bytes };
  };

  engine.trackTensor = (tensor, backend) => {
    if (!pending) {
      pending = {
        kind: 'track',
        tensor,
        before: counters(state),
        known: state.tensorInfo.has(tensor.dataId),
      };
      trackTensor(tensor, backend);
      pending = undefined;
    } else trackTensor(tensor, backend);
  };

  engine.disposeTensor = (tensor) => {
    const from = pending ? undefined : reference(tensor.dataId);
    if (from) {
      pending = { kind: 'dispose', tensor, before: counters(state), from };
      disposeTensor(tensor);
      pending = undefined;
    } else disposeTensor(tensor);
  };

  prototype.assign = function (this: Variable, value) {
    const from = reference(this.dataId);
    const to = reference(value.dataId);
    if (pending || !from || !to) {
      assign.call(this, value);
      return;
    }
    pending = { kind: 'assign', variable: this, before: counters(state), from, to };
    try {
      assign.call(this, value);
    } finally {
      pending = undefined; // after an error, which comes before any change; a termination skips this
    }
  };

  /** Gives up one reference to data, or the rest of giving it up. */
  const release = ({ id, backend, refs }: Reference): void => {
    if (refs > 1) {
      if (backend.refCount(id) === refs) backend.disposeData(id);
      return;
    }
    if (!state.tensorInfo.has(id)) state.numDataBuffers--;
    backend.disposeData(id);
    engine.removeDataId(id, backend);
  };

  const undoTrack = (tensor: Tensor, known: boolean): void => {
    if (tensor instanceof tf.Variable) {
      Reflect.deleteProperty(state.registeredVariables, tensor.name); // its data belong to its initial value still
      return;
    }
    const track = state.activeScope?.track;
    if (track?.at(-1) === tensor) track.pop();
    (state.tensorInfo.get(tensor.dataId)?.backend ?? tf.backend()).disposeData(tensor.dataId);
    if (!known) state.tensorInfo.delete(tensor.dataId);
    fieldsOf(tensor).isDisposedInternal = true;
  };

  const completeDispose = (tensor: Tensor, from: Reference): void => {
    state.numTensors--;
    if (tensor.dtype === 'string') {
      state.numStringTensors--;
      state.numBytes -= from.bytes;
    } else if (tensor.dtype !== 'complex64') {
      state.numBytes -= tensor.size * tf.util.bytesPerElement(tensor.dtype);
    }
    release(from);
    fieldsOf(tensor).isDisposedInternal = true;
  };

  const completeAssign = (variable: Variable, from: Reference, to: Reference): void => {
    if (from.id !== to.id) {
      release(from);
      if (to.backend.refCount(to.id) === to.refs) to.backend.incRef(to.id);
    }
    variable.dataId = to.id;
  };

  return () => {
    const unfinished = pending;
    pending = undefined;
    if (!unfinished) return;
    Object.assign(state, unfinished.before);
    if (unfinished.kind === 'track') undoTrack(unfinished.tensor, unfinished.known);
    else if (unfinished.kind === 'dispose') completeDispose(unfinished.tensor, unfinished.from);
    else completeAssign(unfinished.variable, unfinished.from, unfinished.to);
  };
}
