import fs from 'node:fs';
import { diskFull } from './errors.js';
import type { Wheel } from './wheel.js';

/**
 * Asks for room for the wheel, for the libraries unpacked and for one of them stripped beside itself.
 * @throws NativeError `disk-full`
 */
export function checkSpace(folder: string, wheelBytes: number, companions: readonly Wheel[]): void {
  const needed = companions.reduce((sum, { bytes }) => sum + 2.2 * bytes, 6 * wheelBytes);
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  const size = (bytes: number) =>
    bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
  throw diskFull('Setting up native TensorFlow', `${size(free)} free in ${folder}, ${size(needed)} needed`);
}
