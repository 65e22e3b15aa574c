import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../wire/message.js';
import { jupyterFolder } from '../folders.js';
import { note, ok, wrong, type Finding, type Section } from './finding.js';
import { run } from './run.js';

export interface Jupyter {
  readonly python: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Folders that hold `kernels/`; of two specs of one name the first wins. */
  readonly data: readonly string[];
  readonly runtime: string;
}

const ASK = `
import importlib.metadata as m, json, sys
from jupyter_core.paths import jupyter_path, jupyter_runtime_dir
versions = {}
for name in ("jupyter_client", "jupyterlab", "notebook", "nbclient"):
    try: versions[name] = m.version(name)
    except m.PackageNotFoundError: pass
print(json.dumps({"python": sys.executable, "versions": versions, "data": jupyter_path(), "runtime": jupyter_runtime_dir()}))
`;

/** The Jupyter that an activated environment or PATH leads to; undefined: none. */
export async function findJupyter(env: NodeJS.ProcessEnv = process.env): Promise<Jupyter | undefined> {
  for (const python of pythons(env)) {
    const { status, stdout } = await run(python, ['-c', ASK], 20);
    if (status !== 0) continue;
    const found: unknown = JSON.parse(stdout);
    if (isRecord(found)) return found as unknown as Jupyter;
  }
  return undefined;
}

/** In the order in which a shell would take them. */
function pythons(env: NodeJS.ProcessEnv): string[] {
  const windows = process.platform === 'win32';
  const bin = windows ? 'Scripts' : 'bin';
  const exe = windows ? '.exe' : '';
  const folders = [env.VIRTUAL_ENV, env.CONDA_PREFIX]
    .filter((prefix) => prefix)
    .map((prefix) => path.join(prefix ?? '', bin));
  // Where a project keeps its own, though no shell has been told.
  const own = path.join(process.cwd(), '.venv', bin);
  const onPath = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const besideJupyter = onPath.filter((folder) => existsSync(path.join(folder, `jupyter${exe}`)));
  const candidates = [...folders, own, ...besideJupyter, ...onPath].flatMap((folder) =>
    ['python3', 'python'].map((name) => path.join(folder, name + exe)),
  );
  return [...new Set(candidates)].filter((file) => existsSync(file));
}

/** Where kernel specs are looked for: as Jupyter says, or else as it would without settings of its own. */
export function specFolders(
  jupyter: Jupyter | undefined,
  env: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  if (jupyter) return jupyter.data;
  const given = (env.JUPYTER_PATH ?? '').split(path.delimiter).filter(Boolean);
  return [...given, jupyterFolder('user'), '/usr/local/share/jupyter', '/usr/share/jupyter'];
}

export function jupyterSection(jupyter: Jupyter | undefined): Section {
  if (!jupyter) {
    const remedy = 'Activate the environment that has it, or: pip install jupyterlab';
    return { title: 'Jupyter', findings: [wrong('no Python on PATH or in .venv has Jupyter', remedy)] };
  }
  const { python, versions, runtime } = jupyter;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return {
    title: 'Jupyter',
    findings: [
      ok(`python ${python}`),
      note(names.join(', ') || 'no jupyter_client'),
      runtimeFinding(runtime),
    ],
  };
}

function runtimeFinding(folder: string): Finding {
  const text = `connection files: ${folder}`;
  if (!existsSync(folder)) return note(`${text} (not there yet)`);
  try {
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch {
    return wrong(
      `${text} cannot be written to`,
      `Give it to your user, or set JUPYTER_RUNTIME_DIR to a folder of yours.`,
    );
  }
  const open = process.platform !== 'win32' && (statSync(folder).mode & 0o022) !== 0;
  return open ? wrong(`${text} can be written to by others`, `chmod go-w ${folder}`) : ok(text);
}
