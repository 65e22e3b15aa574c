import { execFile } from 'node:child_process';
import os from 'node:os';
import type { TensorFlow } from '../tensor/index.js';
import { gpuIsVisible } from '../tensor/native/capabilities.js';
import type { Accelerators, Gpu, Memory } from './report.js';

/** Memory, with the limit of the container where there is one. */
export function memory(): Memory {
  const total = os.totalmem();
  const limit = process.constrainedMemory(); // 0, or a huge number, where there is none
  const limited = limit > 0 && limit < total;
  return { total, available: process.availableMemory(), ...(limited && { limit }) };
}

/** GPUs as nvidia-smi, the system and TensorFlow list them. */
export async function accelerators(tf: TensorFlow | undefined): Promise<Accelerators> {
  const backend = tf?.backend() as { isUsingGpuDevice?: boolean } | undefined;
  const nvidia = parseSmi(await smi());
  return {
    ...(nvidia && { nvidia }),
    visible: gpuIsVisible(),
    used: backend?.isUsingGpuDevice === true,
  };
}

const QUERY = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'];

/** What nvidia-smi prints; undefined: there is none, or it has nothing to say. */
function smi(): Promise<string | undefined> {
  return new Promise((resolve) =>
    execFile('nvidia-smi', QUERY, { timeout: 5000 }, (error, stdout) => resolve(error ? undefined : stdout)),
  );
}

/** A line a GPU: `NVIDIA H100 80GB HBM3, 81559 MiB, 550.54.15`. */
export function parseSmi(text: string | undefined): Gpu[] | undefined {
  return text
    ?.split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.length === 3)
    .map(([name = '', size = '', driver = '']) => ({ name, memory: size, driver }));
}
