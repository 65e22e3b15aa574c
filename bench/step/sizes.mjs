/** The workloads: batch, shape of an example, and what the model needs besides. `flops`: of the products of matrices in one step, forward and backward. */
export const SIZES = {
  mlp: { batch: 128, shape: [784], steps: 300, flops: 53e6 },
  cnn: { batch: 64, shape: [28, 28, 1], steps: 40, flops: 980e6 },
  'lstm-small': { batch: 32, shape: [20, 32], units: 32, steps: 80, flops: 26e6 },
  lstm: { batch: 32, shape: [50, 128], units: 128, steps: 30, flops: 1050e6 },
  transformer: {
    batch: 32,
    shape: [32, 16],
    time: 32,
    features: 16,
    width: 64,
    heads: 4,
    hidden: 128,
    depth: 2,
    steps: 60,
    flops: 457e6,
  },
};
