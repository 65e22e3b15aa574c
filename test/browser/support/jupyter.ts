import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../../..');
const python = join(root, '.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** A JupyterLab of the test's own: own port, token, folders and settings; loopback only. */
export interface Jupyter {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly token: string;
  /** Folder that it serves. */
  readonly notebooks: string;
  stop(): Promise<void>;
}

/** Starts JupyterLab with this checkout's kernel spec and extension. Its log is kept as out/browser/jupyter.log. */
export async function startJupyter(): Promise<Jupyter> {
  const folder = mkdtempSync(join(tmpdir(), 'gradoscope-browser-'));
  const within = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const labextension = join(root, 'extension/labextension');
  if (!existsSync(join(labextension, 'package.json'))) {
    throw new Error(`${labextension} is not built: run "npm run setup".`);
  }
  symlinkSync(labextension, join(within('share/jupyter/labextensions'), 'gradoscope-labextension'));
  const kernel = join(root, 'kernel/bin/gradoscope-kernel.cjs');
  execFileSync(process.execPath, [
    kernel,
    'install',
    '--prefix',
    folder,
    '--preload',
    join(root, 'lib/dist/preload.js'),
  ]);
  const notebooks = within('notebooks');
  // No question about news on the page.
  writeFileSync(
    join(within('settings/@jupyterlab/apputils-extension'), 'notification.jupyterlab-settings'),
    '{"fetchNews": "false"}',
  );
  const [port, token] = [await freePort(), randomBytes(24).toString('hex')];
  const out = join(root, 'out/browser');
  mkdirSync(out, { recursive: true });
  const server = spawn(
    python,
    [
      '-m',
      'jupyterlab',
      '--no-browser',
      '--allow-root',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.root_dir=${notebooks}`,
      '--LabApp.news_url=None',
      '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
      '--LabApp.extension_manager=readonly',
    ],
    {
      cwd: notebooks,
      detached: true, // a process group of its own, so that all of it can be ended
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        JUPYTER_TOKEN: token,
        JUPYTER_PATH: join(folder, 'share/jupyter'),
        JUPYTER_PREFER_ENV_PATH: '0', // this folder's kernel and extension go before those of .venv
        JUPYTER_CONFIG_DIR: within('config'),
        JUPYTER_DATA_DIR: within('data'),
        JUPYTER_RUNTIME_DIR: within('runtime'),
        JUPYTERLAB_SETTINGS_DIR: within('settings'),
        JUPYTERLAB_WORKSPACES_DIR: within('workspaces'),
        GRADOSCOPE_RUNS: within('runs'),
      },
    },
  );
  const log = createWriteStream(join(out, 'jupyter.log'));
  server.stdout.pipe(log, { end: false });
  server.stderr.pipe(log, { end: false });
  const killAtExit = (): void => kill(server, 'SIGKILL');
  process.once('exit', killAtExit);
  const stop = async (): Promise<void> => {
    await end(server);
    process.removeListener('exit', killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await answers(`${url}/api/status?token=${token}`, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, token, notebooks, stop };
}

/** SIGTERM lets the server shut its kernels down; what is left after 15 s is killed. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((done) => server.once('exit', done));
  kill(server, 'SIGTERM');
  const timer = setTimeout(() => kill(server, 'SIGKILL'), 15_000);
  await gone;
  clearTimeout(timer);
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // gone already
  }
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null)
      throw new Error('JupyterLab ended while it started: see out/browser/jupyter.log.');
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await sleep(100);
  }
  throw new Error('JupyterLab did not answer within 60 s: see out/browser/jupyter.log.');
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}
