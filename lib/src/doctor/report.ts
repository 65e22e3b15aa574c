import type { BackendName } from '../tensor/index.js';
import type { Speed } from './speed/index.js';

/** Something to know or to do. */
export interface Finding {
  /** `wrong`: broken. `advice`: it works, and could be better. */
  readonly level: 'wrong' | 'advice';
  readonly text: string;
  readonly remedy: string;
}

export interface Versions {
  readonly gradoscope: string;
  readonly node: string;
  /** Version of `@tensorflow/tfjs`; undefined: it could not be loaded. */
  readonly tfjs?: string;
  /** Native TensorFlow's, where it is loaded. */
  readonly tensorflow?: string;
  /** Package and version of the addon's sources. */
  readonly addon?: string;
  /** Operating system, its version, and the processor's architecture. */
  readonly platform: string;
  readonly glibc?: string;
}

export interface BackendState {
  /** undefined: none could be loaded. */
  readonly name?: BackendName;
  /** Why this one, or what failed. */
  readonly reason: string;
  /** How to get a faster one (or one at all). */
  readonly remedy?: string;
  /** Backend `wasm`: does the processor have its SIMD instructions? */
  readonly simd?: boolean;
  /** What GRADOSCOPE_BACKEND asks for. */
  readonly asked?: string;
}

export interface Processor {
  readonly model: string;
  /** Logical processors of the machine. */
  readonly logical: number;
  /** Those that this process may run on. */
  readonly allowed: number;
  /** Processors' worth of time that the container (cgroup) gives; undefined: no limit. */
  readonly limit?: number;
  /** Threads of one operation on this backend. */
  readonly threads: number;
  /** Instruction sets that matter to training; undefined: they are not known on this platform. */
  readonly features?: readonly string[];
  /** Processes that wanted to run in the last minute, on average (Unix). */
  readonly load: number;
}

/** In bytes. */
export interface Memory {
  readonly total: number;
  readonly available: number;
  /** Of the container (cgroup); undefined: no limit. */
  readonly limit?: number;
}

export interface Gpu {
  readonly name: string;
  readonly memory: string;
  readonly driver: string;
}

export interface Accelerators {
  /** What nvidia-smi lists; undefined: there is no nvidia-smi. */
  readonly nvidia?: readonly Gpu[];
  /** Does the system show an NVIDIA GPU to this process? */
  readonly visible: boolean;
  /** Does TensorFlow compute on one? */
  readonly used: boolean;
}

export interface CacheState {
  readonly folder: string;
  /** Bytes of what lies in it. */
  readonly bytes: number;
  /** Bytes that are free on its disk; undefined: not known. */
  readonly free?: number;
  /** Folders in it that an earlier version left, and that nothing uses. */
  readonly older: readonly string[];
  /** Native TensorFlow, for the processor and with CUDA: `ready`, or the code of what is wrong, with a sentence. */
  readonly builds: Readonly<Record<'cpu' | 'gpu', { readonly state: string; readonly problem?: string }>>;
}

/** A copy of a package of TensorFlow.js. */
export interface Copy {
  readonly folder: string;
  readonly version: string;
}

export interface Copies {
  /** Copies of `@tensorflow/tfjs-core` that this process has loaded: one, or something is wrong. */
  readonly loaded: readonly Copy[];
  /** The project's own `@tensorflow/tfjs`, when it is not the one that is used. */
  readonly unused?: Copy;
}

/** What `doctor` has found, as plain data. */
export interface ReportData {
  readonly versions: Versions;
  readonly backend: BackendState;
  readonly processor: Processor;
  readonly memory: Memory;
  readonly accelerators: Accelerators;
  readonly cache: CacheState;
  readonly copies: Copies;
  /** undefined: it was not asked for, or no backend could be loaded. */
  readonly speed?: Speed;
  readonly findings: readonly Finding[];
}
