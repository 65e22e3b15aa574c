import { checkInteger } from './argument.js';

/**
 * Seeded random numbers: Chris Doty-Humphrey's sfc32 (PractRand), 128 bits of state. The same seed gives the same numbers on every
 * machine, and `state` can be saved and put back.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  /** @param seed whole number from 0 to 2^32 − 1 */
  constructor(seed: number) {
    checkInteger('seed', seed, 0, 0xffffffff);
    [this.#a, this.#b, this.#c, this.#counter] = [0, seed | 0, 0, 1];
    for (let i = 0; i < 15; i++) this.uint32(); // the generator's own warm-up
  }

  /** The generator's state: four 32-bit numbers. */
  get state(): readonly [number, number, number, number] {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  set state([a, b, c, counter]: readonly [number, number, number, number]) {
    [this.#a, this.#b, this.#c, this.#counter] = [a, b, c, counter];
  }

  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number from 0 (included) to 1 (not included), with 53 random bits. */
  next(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;
  }

  /** A whole number from 0 to `n` − 1, without bias. */
  below(n: number): number {
    const limit = Math.floor(0x100000000 / n) * n;
    for (;;) {
      const value = this.uint32();
      if (value < limit) return value % n;
    }
  }

  /** The numbers 0 to `n` − 1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array {
    const order: Uint32Array = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swap = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swap;
    }
    return order;
  }
}
