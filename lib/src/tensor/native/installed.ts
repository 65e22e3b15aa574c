import fs from 'node:fs';
import path from 'node:path';
import type { Libraries } from './choice.js';
import { NativeError } from './errors.js';
import { sha256 } from './hashes.js';
import { libraryMembers } from './members.js';
import { lastLines, runProcess } from './run-process.js';

/** The versions of TensorFlow whose C interface fits TensorFlow.js's binding. */
const oldest = 15;
const newest = 21;
export const workingVersions = `2.${oldest} to 2.${newest}`;

export function isWorkingVersion(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 2 && minor !== undefined && minor >= oldest && minor <= newest;
}

/** Finds the package without importing it, which would take seconds. */
const script = `
import importlib.metadata as m, importlib.util, json, os
spec = importlib.util.find_spec("tensorflow")
found = {}
for name in ("tensorflow", "tensorflow-cpu", "tensorflow_cpu", "tensorflow-intel", "tensorflow-macos"):
    try:
        found.setdefault("version", m.version(name)); found.setdefault("project", name)
    except m.PackageNotFoundError:
        pass
if spec and spec.submodule_search_locations:
    found["root"] = os.path.dirname(os.path.realpath(list(spec.submodule_search_locations)[0]))
print(json.dumps(found))
`;

const usePinned = 'or run npx gradoscope native without --use-installed, which fetches a wheel that works';

/**
 * TensorFlow as it is installed in a Python environment; its libraries are used where they lie.
 * @throws NativeError `no-python`, `no-tensorflow` or `unsuitable-tensorflow`
 */
export async function installedLibraries(python: string): Promise<Libraries> {
  const { code, output } = await runProcess(python, ['-c', script]).catch(() => {
    throw new NativeError(
      'no-python',
      `Python (${python}) could not be started.`,
      'Name another: --python PYTHON.',
    );
  });
  if (code !== 0)
    throw new NativeError(
      'no-python',
      `${python} failed:\n${lastLines(output)}`,
      'Name another: --python PYTHON.',
    );
  const { root, version, project } = JSON.parse(lastLines(output, 1)) as Partial<Libraries>;
  if (!root || !version || !project) {
    throw new NativeError(
      'no-tensorflow',
      `TensorFlow is not installed in the environment of ${python}.`,
      `Name another with --python PYTHON, install it there (${python} -m pip install tensorflow-cpu), ${usePinned}.`,
    );
  }
  const unsuitable = (what: string) =>
    new NativeError(
      'unsuitable-tensorflow',
      `TensorFlow ${version} in ${root} ${what}.`,
      `Take another, ${usePinned}.`,
    );
  if (!isWorkingVersion(version)) throw unsuitable(`does not fit: ${workingVersions} do`);
  const needed = [...libraryMembers(), 'tensorflow/include/tensorflow/c/c_api.h'];
  const missing = needed.filter((file) => !fs.existsSync(path.join(root, file)));
  if (missing.length > 0) throw unsuitable(`has no ${missing.join(', ')}`);
  // It changes when the environment's package does.
  const stamp = needed.map((file) => {
    const { size, mtimeMs } = fs.statSync(path.join(root, file));
    return [file, size, mtimeMs];
  });
  const key = `installed-${version}-${sha256(Buffer.from(JSON.stringify([root, stamp]))).slice(0, 16)}`;
  return { origin: 'installed', project, version, key, root, verified: false, from: python };
}
