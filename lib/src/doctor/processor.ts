import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BackendName } from '../tensor/index.js';
import type { Processor } from './report.js';

/** Instruction sets that TensorFlow's kernels choose by, as Linux names them (x86-64, then ARM). */
const FEATURES = [
  ...[
    'sse4_2',
    'avx',
    'avx2',
    'fma',
    'f16c',
    'avx_vnni',
    'avx512f',
    'avx512bw',
    'avx512_vnni',
    'avx512_bf16',
  ],
  ...['amx_tile', 'amx_bf16', 'amx_int8', 'asimd', 'asimddp', 'asimdhp', 'sve', 'sve2', 'bf16', 'i8mm'],
];

/** The processor, and what of it this process may use. @param name the backend, by which its threads are known */
export function processor(name: BackendName | undefined, env: NodeJS.ProcessEnv = process.env): Processor {
  const cpus = os.cpus();
  const allowed = allowedCpus(read('/proc/self/status')) ?? os.availableParallelism();
  const limit = cpuLimit();
  const features = cpuFeatures(read('/proc/cpuinfo'));
  return {
    model: cpus[0]?.model.trim() || os.arch(),
    logical: cpus.length || allowed,
    allowed,
    ...(limit !== undefined && { limit }),
    threads: name === 'native' || name === 'gpu' ? nativeThreads(allowed, env) : 1,
    ...(features && { features }),
    load: os.loadavg()[0] ?? 0,
  };
}

/** TensorFlow takes a thread for each processor that it may run on, whatever time a container gives it. */
function nativeThreads(allowed: number, env: NodeJS.ProcessEnv): number {
  const asked = Number(env['TF_NUM_INTRAOP_THREADS']);
  return Number.isInteger(asked) && asked > 0 ? asked : allowed;
}

/** The instruction sets in Linux's `/proc/cpuinfo`; undefined: none are listed. */
export function cpuFeatures(cpuinfo: string | undefined): string[] | undefined {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1];
  if (line === undefined) return undefined;
  const all = new Set(line.trim().split(/\s+/));
  return FEATURES.filter((name) => all.has(name));
}

/** How many processors Linux's `/proc/self/status` lets the process run on. */
export function allowedCpus(status: string | undefined): number | undefined {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status ?? '')?.[1];
  if (list === undefined) return undefined;
  return list.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}

/**
 * The processors' worth of time that control groups give to this process; undefined: no limit. Version 2 keeps it in
 * `cpu.max`, version 1 in `cpu.cfs_quota_us` and `cpu.cfs_period_us`; a group is held by those above it as well.
 * @param root of the file system
 */
export function cpuLimit(root = '/'): number | undefined {
  const groups = (read(path.join(root, 'proc/self/cgroup')) ?? '').trim().split('\n');
  const limits: number[] = [];
  for (const line of groups) {
    const [, controllers = '', group = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers !== '' && !controllers.split(',').includes('cpu')) continue;
    const mount = path.join(root, 'sys/fs/cgroup', controllers === '' ? '' : 'cpu');
    for (let each = group; ; each = path.dirname(each)) {
      limits.push(...limitOf(path.join(mount, each)));
      if (each === '/' || each === '.') break;
    }
  }
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

function limitOf(folder: string): number[] {
  const [quota, period] =
    read(path.join(folder, 'cpu.max'))?.trim().split(' ').map(Number) ??
    ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => Number(read(path.join(folder, name))));
  // No limit is "max" in version 2 and -1 in version 1.
  return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? [quota / period] : [];
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
