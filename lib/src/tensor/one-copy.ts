import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';

/**
 * One TensorFlow.js a process: whoever requires one of its packages, from wherever, gets the same copy. Two copies would
 * share an engine but not their classes, layers and gradients.
 */

type Resolve = (request: string, parent: unknown, ...rest: unknown[]) => string;

const parts = /^@tensorflow\/tfjs(-core|-layers|-data|-converter|-backend-(cpu|wasm|webgl|webgpu))?(\/.*)?$/;
const nodePackages = /^@tensorflow\/tfjs-node(-gpu)?$/;
const union = '@tensorflow/tfjs';

let pinned: string | undefined;

/**
 * Pins the packages of TensorFlow.js for all later `require`s in this process: the copy that is already loaded, or else
 * the one of the project in `cwd` if its version fits (4.22 or a later 4.x), or else this package's own. The first call counts.
 * @returns the folder of the pinned `@tensorflow/tfjs`
 */
export function pinTensorFlow(cwd: string = process.cwd()): string {
  if (pinned) return pinned;
  const own = resolveFrom(__filename);
  if (!own) throw new Error(`${union} is not installed. npm install ${union}@^4.22.0`);
  const project = resolveFrom(path.join(cwd, 'index.js'));
  pinned = loadedCopy() ?? (project && fits(project) ? project : own);
  installHook(pinned);
  return pinned;
}

function installHook(folder: string): void {
  const internals = Module as unknown as { _resolveFilename: Resolve };
  const original = internals._resolveFilename;
  const root = anchor(path.join(folder, 'package.json'));
  const beside = anchor(__filename);
  internals._resolveFilename = function (request, parent, ...rest) {
    // tfjs-node's own module object is reached by its file name; under its package name it is the one of the process.
    const name = nodePackages.test(request) ? union : request;
    if (!parts.test(name)) return original.call(this, request, parent, ...rest);
    for (const from of [root, beside]) {
      try {
        return original.call(this, name, from);
      } catch {
        // Not a package of this copy: the next place, and in the end the caller's own, which names what is missing.
      }
    }
    return original.call(this, request, parent, ...rest);
  };
}

/** A stand-in for a module at `file`, from which node resolves as if that module had asked. */
function anchor(file: string): NodeJS.Module {
  const from = new (module.constructor as new (id: string) => NodeJS.Module)(file);
  from.filename = file;
  from.paths = createRequire(file).resolve.paths('x') ?? [];
  return from;
}

function resolveFrom(file: string): string | undefined {
  try {
    return path.dirname(createRequire(file).resolve(`${union}/package.json`));
  } catch {
    return undefined;
  }
}

function loadedCopy(): string | undefined {
  const suffix = path.join('@tensorflow', 'tfjs', 'dist', 'tf.node.js');
  const file = Object.keys(require.cache).find((key) => key.endsWith(path.sep + suffix));
  return file && path.dirname(path.dirname(file));
}

function fits(folder: string): boolean {
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 4 && minor >= 22;
}
