import type * as tfjs from '@tensorflow/tfjs';

/** What TensorFlow.js has in addition where native TensorFlow is loaded: images, TensorBoard logs, SavedModels. */
export interface TensorFlowNode {
  /** An image file's bytes (BMP, GIF, JPEG, PNG) as int32 values 0 to 255, `[height, width, channels]`; an animation has one dimension more. */
  decodeImage(
    contents: Uint8Array,
    channels?: number,
    dtype?: string,
    expandAnimations?: boolean,
  ): tfjs.Tensor3D | tfjs.Tensor4D;
  decodeBmp(contents: Uint8Array, channels?: number): tfjs.Tensor3D;
  decodeGif(contents: Uint8Array): tfjs.Tensor4D;
  decodePng(contents: Uint8Array, channels?: number, dtype?: string): tfjs.Tensor3D;
  decodeJpeg(contents: Uint8Array, channels?: number): tfjs.Tensor3D;
  encodeJpeg(image: tfjs.Tensor3D, format?: '' | 'grayscale' | 'rgb', quality?: number): Promise<Uint8Array>;
  encodePng(image: tfjs.Tensor3D, compression?: number): Promise<Uint8Array>;
  /** Writes logs that TensorBoard reads into the folder `logdir`. */
  summaryFileWriter(logdir: string, maxQueue?: number, flushMillis?: number): SummaryFileWriter;
  /** A callback for `model.fit` that writes TensorBoard logs. */
  tensorBoard(
    logdir: string,
    options?: { updateFreq?: 'batch' | 'epoch'; histogramFreq?: number },
  ): tfjs.CustomCallback;
  /** Loads a TensorFlow SavedModel for inference. */
  loadSavedModel(path: string, tags?: string[], signature?: string): Promise<SavedModel>;
  getMetaGraphsFromSavedModel(path: string): Promise<unknown[]>;
  getNumOfSavedModels(): number;
}

export interface SummaryFileWriter {
  scalar(name: string, value: tfjs.Scalar | number, step: number, description?: string): void;
  histogram(name: string, data: tfjs.Tensor, step: number, buckets?: number, description?: string): void;
  flush(): void;
}

export interface SavedModel extends tfjs.InferenceModel {
  dispose(): void;
}

/** The module object of TensorFlow.js; `node` is there where native TensorFlow is loaded. */
export type TensorFlow = typeof tfjs & { readonly node?: TensorFlowNode };

/**
 * What computes: native TensorFlow on a GPU (not yet run on one) or on the processor, TensorFlow.js's WebAssembly, or its
 * plain JavaScript.
 */
export type BackendName = 'gpu' | 'native' | 'wasm' | 'cpu';

/** The TensorFlow.js of this process and what computes for it. */
export interface Backend {
  readonly tf: TensorFlow;
  readonly name: BackendName;
  /** Does TensorFlow itself compute, on the GPU or the processor? */
  readonly native: boolean;
  /** Why this backend: one sentence. */
  readonly reason: string;
  /** What to do to get native TensorFlow; undefined when it is loaded. */
  readonly howToGetNative: string | undefined;
}
