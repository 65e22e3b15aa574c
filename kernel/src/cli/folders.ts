import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where a kernel spec goes: the user's folder, the Python environment's, or one below a given prefix. */
export type Where = 'user' | 'sys-prefix' | { readonly prefix: string };

/** Jupyter's data folder, which holds `kernels/`. */
export function jupyterFolder(where: Where): string {
  if (typeof where === 'object') return path.join(path.resolve(where.prefix), 'share/jupyter');
  return where === 'user' ? userFolder() : path.join(pythonPrefix(), 'share/jupyter');
}

/** The folder of one kernel spec. @param name Default `gradoscope`. @throws Error when the name is not one that Jupyter takes. */
export function kernelFolder(where: Where, name = 'gradoscope'): string {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || /^\.+$/.test(name)) {
    throw new Error(`--name is ${JSON.stringify(name)}; allowed are letters, digits, ".", "_" and "-".`);
  }
  return path.join(jupyterFolder(where), 'kernels', name);
}

function userFolder(): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library/Jupyter');
  if (process.platform === 'win32') return path.join(APPDATA ?? os.homedir(), 'jupyter');
  return path.join(XDG_DATA_HOME ?? path.join(os.homedir(), '.local/share'), 'jupyter');
}

function pythonPrefix(): string {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  for (const prefix of [VIRTUAL_ENV, CONDA_PREFIX]) if (prefix && existsSync(prefix)) return prefix;
  for (const python of ['python3', 'python']) {
    try {
      return execFileSync(python, ['-c', 'import sys; print(sys.prefix)'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      continue;
    }
  }
  throw new Error(
    '--sys-prefix needs a Python environment: activate one, put python3 on PATH, or give --prefix DIR.',
  );
}
