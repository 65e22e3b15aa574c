/** The two builds of native TensorFlow: for the processor alone, and with CUDA for a GPU as well. */
export type Variant = 'cpu' | 'gpu';
