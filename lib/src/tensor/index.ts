/** Loading and provisioning of TensorFlow under TensorFlow.js. */
import { pinTensorFlow } from './one-copy.js';

pinTensorFlow(); // before anything else in this process requires TensorFlow.js

export { backend, loadTensorFlow, type LoadOptions } from './backend.js';
export { compileStep } from './compiled/compile-step.js';
export type { CompiledStep, CompileOptions, PendingStep, StepMode } from './compiled/types.js';
export type { Rate, StepFunction } from './compiled/recorder.js';
export { detached, eachDetached } from './detached.js';
export { engineState } from './engine-state.js';
export { wasmThreads } from './fallback/own/index.js';
export { NativeError, type NativeErrorCode } from './native/errors.js';
export { numerics, numericsDifference, type Numerics } from './numerics.js';
export { provisionNative, type Provisioned, type ProvisionOptions } from './native/provision.js';
export { withStockKernels } from './overrides/index.js';
export { RandomStream } from './random-stream.js';
export { squaredNorms } from './squared-norms.js';
export type {
  Backend,
  BackendName,
  SavedModel,
  SummaryFileWriter,
  TensorFlow,
  TensorFlowNode,
} from './types.js';
export { isStock, isStockLayer } from './stock-classes.js';
