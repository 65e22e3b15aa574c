import fs from 'node:fs';
import path from 'node:path';
import type { TensorInfo } from '@tensorflow/tfjs';
import { Threads, threadCount } from './threads.js';
import { api, instantiate, type OwnExports, type WasmMemory } from './web-assembly.js';

/** The module's kernels, in the order of lib/wasm/index.ts. */
export const KERNELS = [
  'product',
  'convolution',
  'convolutionFilterGradient',
  'convolutionInputGradient',
  'maxPoolGradient',
  'depthwiseFilterGradient',
  'depthwiseInputGradient',
  'columnSums',
  'reluGradient',
] as const;

/** What is used of TensorFlow.js's WebAssembly backend. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WasmMemory };
    _malloc(bytes: number): number;
    _free(at: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  incRef(dataId: object): void;
  makeOutput(shape: readonly number[], dtype: string): TensorInfo;
}

/** Less work (multiplications) than this is done before another thread is awake. */
const WORTH_THREADS = 1e6;
const HEAD = 5;
const WORK_BYTES = 4 * 32;

/** The module of our own, on the memory in which the backend keeps its tensors: nothing is copied. */
export class OwnModule {
  readonly #exports: OwnExports;
  /** Starts the threads; undefined where there is to be one. */
  readonly #start: (() => Threads) | undefined;
  #threads: Threads | undefined;
  readonly #work: number;
  #room = { at: 0, numbers: 0 };

  constructor(readonly backend: WasmBackend) {
    const { memory } = backend.wasm.asm;
    const shared = memory.buffer instanceof SharedArrayBuffer;
    const file = path.join(__dirname, shared ? 'kernels-shared.wasm' : 'kernels.wasm');
    const module = new api.Module(fs.readFileSync(file));
    this.#exports = instantiate(module, memory);
    const count = shared ? threadCount() : 1;
    if (count > 1) this.#start = () => new Threads(module, memory, count - 1);
    this.#work = this.#allocate(WORK_BYTES);
  }

  /** How many threads can compute now, the main one among them. */
  get threads(): number {
    return this.#threads?.ready ?? 1;
  }

  /**
   * Runs a kernel into a new tensor.
   * @param sizes what the kernel reads behind its addresses
   * @param room numbers of room that each thread needs; 'convolution': what the module says for these sizes
   * @param cost multiplications in all
   */
  run(
    kernel: (typeof KERNELS)[number],
    [first, second = first]: readonly [TensorInfo, TensorInfo?],
    shape: readonly number[],
    sizes: readonly number[],
    room: number | 'convolution',
    cost: number,
  ): TensorInfo {
    const { backend } = this;
    // The first heavy kernel starts them, and does not wait.
    if (cost >= WORTH_THREADS) this.#threads ??= this.#start?.();
    const parts = cost < WORTH_THREADS ? 1 : this.threads;
    // The memory may have grown, and then has another buffer.
    const write = (values: readonly number[], at: number) =>
      new Int32Array(backend.wasm.asm.memory.buffer, this.#work, WORK_BYTES / 4).set(values, at);
    write(sizes, HEAD);
    const each = room === 'convolution' ? this.#exports.convolutionRoom(this.#work + 4 * HEAD) : room;
    const at = this.#roomFor(each * parts);
    const output = backend.makeOutput(shape, 'float32');
    const addresses = [first, second, output].map(({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset);
    write([...addresses, at, each], 0);
    const index = KERNELS.indexOf(kernel);
    const { run } = this.#exports;
    if (parts === 1 || !this.#threads?.run(index, this.#work, parts, run)) run(index, this.#work, 0, 1);
    return output;
  }

  async stop(): Promise<void> {
    await this.#threads?.stop();
  }

  /** Room that stays for the next kernel. */
  #roomFor(numbers: number): number {
    if (numbers > this.#room.numbers) {
      if (this.#room.at) this.backend.wasm._free(this.#room.at);
      this.#room = { at: 0, numbers: 0 };
      this.#room = { at: this.#allocate(4 * numbers), numbers };
    }
    return this.#room.at;
  }

  #allocate(bytes: number): number {
    const at = this.backend.wasm._malloc(bytes) >>> 0;
    if (at === 0)
      throw new Error(`WebAssembly's memory, 4 GiB, has no ${bytes} bytes left. Dispose of tensors.`);
    return at;
  }
}
