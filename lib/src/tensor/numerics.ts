import fs from 'node:fs';
import os from 'node:os';
import { backend as loaded } from './backend.js';
import type { StepMode } from './compiled/types.js';

/** What the last bits of a training depend on, besides its seed, data and code. */
export interface Numerics {
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** Version of native TensorFlow; not there on other backends. */
  readonly tensorflow?: string;
  readonly backend: string;
  /** How the training step runs; not there before its first run. */
  readonly mode?: StepMode;
  /** Threads of native TensorFlow within an operation and between operations: sums are split among the former. */
  readonly threads?: { readonly intra: number; readonly inter: number };
  /** May oneDNN's kernels compute? */
  readonly oneDnn?: boolean;
  /** The processor's model and architecture. */
  readonly cpu: string;
  /** The widest vector instructions that it has, which kernels are chosen by; not there where it cannot be found out. */
  readonly simd?: string;
}

/** @throws Error before `loadTensorFlow()` */
export function numerics(mode?: StepMode): Numerics {
  const backend = loaded();
  if (!backend) throw new Error('numerics: call loadTensorFlow() first.');
  const { tf, native, name } = backend;
  const { binding } = tf.backend() as unknown as { binding?: { TF_Version?: string } };
  const simd = widest();
  return {
    tfjs: tf.version['tfjs-core'],
    ...(native && binding?.TF_Version ? { tensorflow: binding.TF_Version } : {}),
    backend: name,
    ...(mode ? { mode } : {}),
    ...(native ? { threads: threads(), oneDnn: process.env['TF_ENABLE_ONEDNN_OPTS'] !== '0' } : {}),
    cpu: `${os.cpus()[0]?.model.trim() ?? 'unknown'} ${process.arch}`,
    ...(simd ? { simd } : {}),
  };
}

/** As TensorFlow reads its environment (`port::MaxParallelism` where nothing is said). */
function threads(): { intra: number; inter: number } {
  const said = (name: string): number | undefined => {
    const value = Number.parseInt(process.env[name] ?? '', 10);
    return value > 0 ? value : undefined;
  };
  const cores = schedulable();
  return {
    intra: said('TF_NUM_INTRAOP_THREADS') ?? cores,
    inter: said('TF_NUM_INTEROP_THREADS') ?? cores,
  };
}

/** Cores that this process may run on. Newer versions of node count fewer where a container has a quota, TensorFlow does not. */
function schedulable(): number {
  const mask = /^Cpus_allowed:\s*([\da-f,]+)$/m.exec(read('/proc/self/status'))?.[1];
  if (mask === undefined) return os.availableParallelism();
  const bits = [...mask.replaceAll(',', '')].map((digit) => Number.parseInt(digit, 16).toString(2));
  return bits.join('').replaceAll('0', '').length;
}

function widest(): string | undefined {
  const flags = new Set(
    /^(?:flags|Features)\s*:(.*)$/m.exec(read('/proc/cpuinfo'))?.[1]?.trim().split(/\s+/),
  );
  return ['amx_tile', 'avx512_vnni', 'avx512f', 'avx2', 'avx', 'sse4_2', 'sve', 'asimd'].find((flag) =>
    flags.has(flag),
  );
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return ''; // not Linux
  }
}

const NAMES: readonly (readonly [string, string])[] = [
  ['backend', 'backend'],
  ['tfjs', 'TensorFlow.js'],
  ['tensorflow', 'TensorFlow'],
  ['mode', 'mode of the step'],
  ['threads.intra', 'threads within an operation'],
  ['threads.inter', 'threads between operations'],
  ['oneDnn', 'oneDNN'],
  ['cpu', 'processor'],
  ['simd', 'vector instructions'],
];

/**
 * Compares what a run was computed with to what computes now.
 * @param then of a record or a checkpoint, as it was read; {@link Numerics} where it has them
 * @returns a sentence that names each difference; undefined: the same seed gives the same bits
 */
export function numericsDifference(then: unknown, now: Numerics): string | undefined {
  const differences = NAMES.flatMap(([path, name]) => {
    const [before, after] = [at(then, path), at(now, path)];
    return before === after ? [] : [`${name} ${shown(before)} then, ${shown(after)} now`];
  });
  return differences.length === 0 ? undefined : `Bits may differ: ${differences.join('; ')}.`;
}

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part ? Reflect.get(part, key) : undefined),
      value,
    );

function shown(value: unknown): string {
  if (value === undefined) return 'not noted';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
