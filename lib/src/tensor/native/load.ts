import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { TensorFlow } from '../types.js';
import { cureBackend } from '../cures/backend.js';
import { cureNodeUtil } from '../cures/node-util.js';
import { overrideKernels } from '../overrides/index.js';
import { NativeError, setUpCommand } from './errors.js';
import { addonFile } from './layout.js';
import { addonSources } from './sources.js';
import { holdStderr, quietTensorFlow } from './stderr.js';
import { verifyInstallation } from './verify.js';

/**
 * Loads TensorFlow.js with the native TensorFlow in `folder`, and gives the module object of tfjs-node: all of
 * `@tensorflow/tfjs`, `node`, and `io` with files. Its backend is then the current one.
 * @throws NativeError `load-failed`
 */
export function loadNative(folder: string): TensorFlow {
  cureNodeUtil();
  quietTensorFlow();
  const release = holdStderr(folder);
  let failed: unknown;
  try {
    const tf = requireTfjsNode(path.join(folder, addonFile));
    tf.tidy(() => tf.scalar(1).add(1).dataSync()); // the first operation starts TensorFlow, and its log lines
    cureBackend(tf);
    overrideKernels(tf);
    return tf;
  } catch (error) {
    failed = error;
    const text = error instanceof Error ? error.message : String(error);
    const what = `Native TensorFlow could not be loaded: ${text}`;
    throw new NativeError('load-failed', what, setUpCommand, { cause: error });
  } finally {
    release(failed !== undefined);
  }
}

/** As {@link loadNative}, after the checks that code from a cache needs. */
export function loadVerified(folder: string): TensorFlow {
  verifyInstallation(folder);
  return loadNative(folder);
}

/** tfjs-node asks node-pre-gyp where its addon is: while it loads, that question is answered here. Nothing in node_modules is written. */
function requireTfjsNode(addon: string): TensorFlow {
  const from = createRequire(addonSources().packageFile);
  const locator = from.resolve('@mapbox/node-pre-gyp');
  const before = require.cache[locator];
  const Module = module.constructor as new (id: string) => NodeJS.Module;
  const stub = new Module(locator);
  Object.assign(stub, { filename: locator, loaded: true, exports: { find: () => addon } });
  require.cache[locator] = stub;
  try {
    if (!fs.existsSync(addon)) throw new Error(`${addon} is missing`);
    return from(path.join(path.dirname(addonSources().packageFile), 'dist/index.js')) as TensorFlow;
  } finally {
    if (before) require.cache[locator] = before;
    else Reflect.deleteProperty(require.cache, locator);
  }
}
