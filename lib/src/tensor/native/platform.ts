import { NativeError } from './errors.js';
import { cudaWheels } from './pins-cuda.js';
import { pinnedWheels, testedPlatforms, type Variant } from './pins.js';
import type { Wheel } from './wheel.js';

const useFallback = 'Training goes on without it, on WebAssembly; nothing needs to be done.';

/** The names that TensorFlow's two libraries have in its folder. */
export function libraryNames(platform: string = process.platform): { cc: string; framework: string } {
  return platform === 'darwin'
    ? { cc: 'libtensorflow_cc.2.dylib', framework: 'libtensorflow_framework.2.dylib' }
    : { cc: 'libtensorflow_cc.so.2', framework: 'libtensorflow_framework.so.2' };
}

/**
 * Checks that an addon can be built here at all.
 * @throws NativeError `unsupported-platform`, which says why
 */
export function checkPlatform(platform: string = process.platform, arch: string = process.arch): void {
  const machine = `${platform} ${arch}`;
  const unsupported = (why: string) => new NativeError('unsupported-platform', why, useFallback);
  if (!(machine in pinnedWheels)) {
    const why =
      platform === 'win32'
        ? "TensorFlow's Windows package does not export the C interface that TensorFlow.js needs."
        : 'TensorFlow publishes no package of this version for it.';
    throw unsupported(`Native TensorFlow is not provided for ${machine}. ${why}`);
  }
  if (platform !== 'linux' || process.platform !== 'linux') return;
  const glibc = glibcVersion();
  if (!glibc) {
    throw unsupported(
      'Native TensorFlow needs glibc 2.27 or newer; this Linux uses another C library (musl).',
    );
  }
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 27))
    throw unsupported(`Native TensorFlow needs glibc 2.27 or newer; here is ${glibc}.`);
}

/** The pinned wheel for this machine. @throws NativeError `unsupported-platform`, which says why. */
export function wheelForPlatform(
  variant: Variant = 'cpu',
  platform: string = process.platform,
  arch: string = process.arch,
): Wheel {
  checkPlatform(platform, arch);
  const wheel = pinnedWheels[`${platform} ${arch}`]?.[variant];
  if (wheel) return wheel;
  throw new NativeError(
    'unsupported-platform',
    `TensorFlow publishes no package with GPU support for ${platform} ${arch}, only for linux x64.`,
    'Run it without --gpu.',
  );
}

/** The pinned wheels that TensorFlow needs beside its own. */
export function companionWheels(variant: Variant): readonly Wheel[] {
  return variant === 'gpu' ? cudaWheels : [];
}

/** A sentence for platforms on which nobody has run this; undefined where it is tested. */
export function untestedNote(
  platform: string = process.platform,
  arch: string = process.arch,
): string | undefined {
  const machine = `${platform} ${arch}`;
  if (testedPlatforms.includes(machine)) return undefined;
  return `Native TensorFlow on ${machine} is untested: it is written from the wheel's contents. Please report how it goes.`;
}

/** The version of glibc; undefined: another C library. */
export function glibcVersion(): string | undefined {
  const reporter = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (!reporter) return undefined;
  reporter.excludeNetwork = true; // else the report looks up names on the network
  const report = reporter.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
