/** The types of TensorFlow.js in a notebook: all of it, and `node` where native TensorFlow is loaded. */
import type { TensorFlowNode } from '../dist/tensor/types';

// By its file: in a cell the package's name stands for this very file.
export * from '@tensorflow/tfjs/dist/index';

/** Images, TensorBoard logs and SavedModels. Undefined on the fallback, where native TensorFlow is not loaded. */
export declare const node: TensorFlowNode | undefined;
