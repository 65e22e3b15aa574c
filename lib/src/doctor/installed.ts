import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { TensorFlow } from '../tensor/index.js';
import { nativeCacheRoot } from '../tensor/native/cache.js';
import { capabilities } from '../tensor/native/capabilities.js';
import { glibcVersion } from '../tensor/native/platform.js';
import { addonSources } from '../tensor/native/sources.js';
import { olderInstallations } from '../tensor/native/verify.js';
import { pinTensorFlow } from '../tensor/one-copy.js';
import type { CacheState, Copies, Copy, Versions } from './report.js';

const read = (folder: string): { version: string } =>
  JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };

/** What runs. */
export function versions(tf: TensorFlow | undefined): Versions {
  const backend = tf?.backend() as { binding?: { TF_Version?: string } } | undefined;
  const tensorflow = backend?.binding?.TF_Version;
  const addon = attempt(addonSources);
  const glibc = process.platform === 'linux' ? glibcVersion() : undefined;
  return {
    gradoscope: read(path.join(__dirname, '../..')).version,
    node: process.versions.node,
    ...(tf && { tfjs: tf.version.tfjs }),
    ...(tensorflow !== undefined && { tensorflow }),
    ...(addon && { addon: `${addon.packageName} ${addon.version}` }),
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    ...(glibc !== undefined && { glibc }),
  };
}

/** The folder that keeps native TensorFlow and compiled code, and whether what is in it can be loaded. */
export function cache(): CacheState {
  const folder = path.dirname(nativeCacheRoot());
  const { cpu, gpu } = capabilities().builds;
  const state = (error: typeof cpu) =>
    error ? { state: error.code, problem: error.message } : { state: 'ready' };
  const free = attempt(() => {
    const { bavail, bsize } = fs.statfsSync(existing(folder));
    return bavail * bsize;
  });
  return {
    folder,
    bytes: bytesIn(folder),
    ...(free !== undefined && { free }),
    older: olderInstallations().map((name) => path.join(nativeCacheRoot(), name)),
    builds: { cpu: state(cpu), gpu: state(gpu) },
  };
}

/** Copies of TensorFlow.js: what the process has loaded, and the project's own when that is another. */
export function copies(cwd: string): Copies {
  const core = `${path.sep}${path.join('@tensorflow', 'tfjs-core')}${path.sep}`;
  const folders = Object.keys(require.cache)
    .filter((file) => file.includes(core))
    .map((file) => file.slice(0, file.lastIndexOf(core) + core.length - 1));
  const loaded = [...new Set(folders)].map((folder) => ({ folder, version: read(folder).version }));
  const pinned = pinTensorFlow(cwd);
  const own = attempt(() => projectCopy(cwd));
  return { loaded, ...(own && own.folder !== pinned && { unused: own }) };
}

function projectCopy(cwd: string): Copy {
  // A file of the project: node looks upwards from it.
  const resolve = createRequire(path.join(cwd, 'index.js')).resolve;
  for (const base of resolve.paths('@tensorflow/tfjs') ?? []) {
    const folder = path.join(base, '@tensorflow/tfjs');
    if (fs.existsSync(folder)) return { folder: fs.realpathSync(folder), version: read(folder).version };
  }
  throw new Error('the project has none');
}

function bytesIn(folder: string): number {
  if (!fs.existsSync(folder)) return 0;
  const names = attempt(() => fs.readdirSync(folder, { recursive: true }) as string[]) ?? [];
  // A file may go while this counts.
  return names.reduce(
    (sum, name) => sum + (attempt(() => fs.lstatSync(path.join(folder, name)).size) ?? 0),
    0,
  );
}

function existing(folder: string): string {
  return fs.existsSync(folder) ? folder : existing(path.dirname(folder));
}

function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}
