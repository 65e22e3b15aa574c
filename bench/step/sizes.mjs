/** The workloads: batch, shape of an example, and what the model needs besides. `flops`: of one step, for the machine's limit. */
export const SIZES = {
  mlp: { batch: 128, shape: [784], steps: 300 },
  cnn: { batch: 64, shape: [28, 28, 1], steps: 40 },
  'lstm-small': { batch: 32, shape: [20, 32], units: 32, steps: 80 },
  lstm: { batch: 32, shape: [50, 128], units: 128, steps: 30 },
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
  },
};
