import fs from 'node:fs';
import type { Capabilities } from '../pick.js';
import { NativeError, setUpCommand } from './errors.js';
import { installation, verifyInstallation } from './installation.js';
import type { Variant } from './pins.js';

/** Which builds of native TensorFlow can be loaded here, and whether a GPU can be seen. Loads nothing. */
export function capabilities(): Capabilities {
  return { builds: { cpu: problem('cpu'), gpu: problem('gpu') }, gpu: gpuIsVisible() };
}

function problem(variant: Variant): NativeError | undefined {
  try {
    verifyInstallation(installation(variant).folder);
    return undefined;
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    return variant === 'gpu' ? ofGpu(error) : error;
  }
}

/** Of the variant with CUDA, with the command that sets that one up. */
function ofGpu(error: NativeError): NativeError {
  const { code, message } = error;
  const text =
    code === 'not-provisioned'
      ? 'TensorFlow with CUDA, for a GPU, has not been set up.'
      : `TensorFlow with CUDA, for a GPU: ${message}`;
  const remedy = error.remedy.replace(setUpCommand, `${setUpCommand} --gpu`);
  return new NativeError(code, text, remedy, { cause: error });
}

/**
 * Whether the system has an NVIDIA GPU that this process may use: the driver's devices are there (of WSL: `dxg`), and
 * `CUDA_VISIBLE_DEVICES` does not hide them. TensorFlow may still refuse it.
 */
export function gpuIsVisible(
  env: NodeJS.ProcessEnv = process.env,
  devices: readonly string[] = devicesOfSystem(),
): boolean {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  // As CUDA reads it: the list ends before the first number that is not a device's.
  if (visible !== undefined && /^\s*(-|$)/.test(visible)) return false;
  return devices.some((name) => /^nvidia\d+$|^dxg$/.test(name));
}

function devicesOfSystem(): string[] {
  try {
    return process.platform === 'linux' ? fs.readdirSync('/dev') : [];
  } catch {
    return [];
  }
}
