import { NativeError } from './errors.js';
import type { Variant } from './pins.js';

/** Where this platform's TensorFlow comes from. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  /** sha256 of the wheel file, whatever an index says. */
  readonly sha256: string;
  readonly bytes: number;
  /** What pip is told, so that any Python finds this very file. */
  readonly pip: readonly string[];
  readonly libraries: readonly string[];
}

/** The libraries are taken out of the wheel; nothing of Python's part is used, so the Python version is free. */
const linuxX64: Wheel = {
  project: 'tensorflow-cpu',
  version: '2.21.0',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273_829_956,
  pip: [
    ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
    ...['--platform', 'manylinux_2_27_x86_64', '--platform', 'manylinux_2_17_x86_64'],
  ],
  libraries: ['tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2'],
};

const useFallback = 'Training goes on without it, on WebAssembly; nothing needs to be done.';

/** The wheel for this machine. @throws NativeError `unsupported-platform`, which says why. */
export function wheelForPlatform(
  platform: string = process.platform,
  arch: string = process.arch,
  build: Variant = 'cpu',
): Wheel {
  const machine = `${platform} ${arch}`;
  if (build === 'gpu')
    throw new NativeError(
      'unsupported-platform',
      'TensorFlow with CUDA, for a GPU, cannot be set up yet.',
      'Training goes on without it, on the processor; nothing needs to be done.',
    );
  if (machine === 'linux x64') {
    if (!glibcVersion()) {
      throw new NativeError(
        'unsupported-platform',
        'Native TensorFlow needs glibc 2.27 or newer; this Linux uses another C library (musl).',
        useFallback,
      );
    }
    return linuxX64;
  }
  const why =
    platform === 'win32'
      ? "TensorFlow's Windows package does not export the C interface that TensorFlow.js needs."
      : 'No TensorFlow package has been tested there yet.';
  throw new NativeError(
    'unsupported-platform',
    `Native TensorFlow is not provided for ${machine}. ${why}`,
    useFallback,
  );
}

/** The version of glibc; undefined: another C library. */
export function glibcVersion(): string | undefined {
  const reporter = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (!reporter) return undefined;
  reporter.excludeNetwork = true; // else the report looks up names on the network
  const report = reporter.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
