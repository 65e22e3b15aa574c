import { describe, expect, it } from 'vitest';

import { confusionMatrix, predictedClasses } from '../../../lib/dist/training/index.js';

describe('confusionMatrix', () => {
  it('counts rows by actual and columns by predicted class', () => {
    expect(confusionMatrix([0, 0, 1, 2], [0, 1, 1, 0], 3)).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  it('takes the class of the largest output', () => {
    expect(predictedClasses({ data: Float32Array.of(0.1, 0.7, 0.2, 0.5, 0.2, 0.3), shape: [2, 3] })).toEqual([
      1, 0,
    ]);
  });

  it('refuses numbers that are no class, and lists of different length', () => {
    expect(() => confusionMatrix([3], [0], 3)).toThrow(
      /got 3 and 0 at 0, expected class numbers from 0 to 2/,
    );
    expect(() => confusionMatrix([0], [0.5], 3)).toThrow(/0.5/);
    expect(() => confusionMatrix([0], [0, 1], 3)).toThrow(/got 2 predictions, expected as many/);
  });
});
