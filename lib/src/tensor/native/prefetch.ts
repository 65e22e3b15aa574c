import path from 'node:path';
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { pick } from '../pick.js';
import { capabilities } from './capabilities.js';
import { installation } from './installation.js';
import { libraryLink } from './layout.js';
import type { Variant } from './pins.js';
import { libraryNames } from './platform.js';
import { quietTensorFlow } from './stderr.js';

/** RTLD_NODELETE of glibc: the library stays although node finds that it is no addon. Not among node's constants. */
const RTLD_NODELETE = 0x1000;

/**
 * Maps and relocates TensorFlow's library in a thread of its own, which takes most of the time of loading it; the addon,
 * which links to it, then loads in a moment. Does nothing where that is not known to work; what is wrong with the library
 * the real load reports.
 * @param variant default: the one that is picked when no backend is asked for
 * @returns when the thread has ended
 * @throws NativeError when there is nothing to load
 */
export async function prefetchNative(variant?: Variant): Promise<void> {
  if (process.platform !== 'linux') return;
  const { folder } = installation(variant ?? picked());
  const file = path.join(folder, libraryLink, libraryNames().cc);
  const flags = os.constants.dlopen.RTLD_LAZY | RTLD_NODELETE;
  quietTensorFlow();
  const worker = new Worker(path.join(__dirname, 'prefetch-worker.js'), { workerData: { file, flags } });
  await new Promise((resolve) => worker.once('exit', resolve).once('error', resolve));
}

function picked(): Variant {
  const choice = pick(undefined, capabilities());
  if (choice.build === undefined) throw choice.why;
  return choice.build;
}
