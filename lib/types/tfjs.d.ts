/** The types of TensorFlow.js in a notebook: all of it, and `node` where native TensorFlow is loaded. */
import type { TensorFlowNode } from '../dist/tensor/types';

export * from '@tensorflow/tfjs';

/** Images, TensorBoard logs and SavedModels. Undefined on the fallback, where native TensorFlow is not loaded. */
export declare const node: TensorFlowNode | undefined;
