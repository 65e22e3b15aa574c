/** `npm start [-- JupyterLab's options]`: the set-up, then JupyterLab on the welcome notebook. */
import { spawn } from 'node:child_process';
import { runMain } from './lib/main.mjs';
import { root, venvProgram } from './lib/paths.mjs';
import { checkPort, optionValue } from './lib/port.mjs';
import { Problem } from './lib/problem.mjs';
import { setup } from './setup.mjs';

const notebook = 'notebooks/00-welcome.ipynb';
const loopback = ['127.0.0.1', 'localhost', '::1'];

await runMain(async () => {
  const options = process.argv.slice(2);
  checkAddress(options);
  checkToken(options);
  const port = optionValue(options, ['--port', '--ServerApp.port']);
  if (port !== undefined) await checkPort(port);
  await setup();
  return jupyterLab(options, port !== undefined);
});

/** Whoever reaches the server runs code as you: it listens on this machine only. @param {string[]} options */
function checkAddress(options) {
  const address = optionValue(options, ['--ip', '--ServerApp.ip']);
  if (address === undefined || loopback.includes(address)) return;
  throw new Problem(
    `--ip ${address}: JupyterLab is started on the loopback address only.`,
    `From another machine use a tunnel: ssh -L 8888:127.0.0.1:8888 this-machine. Or start JupyterLab yourself: .venv/bin/python -m jupyterlab`,
  );
}

/** An empty value is how the token is switched off; JupyterLab takes '' and "" for empty too. @param {string[]} options */
function checkToken(options) {
  options.forEach((option, i) => {
    const [, name, given] = /^(--\w+\.(?:token|password|hashed_password))(?:=(.*))?$/s.exec(option) ?? [];
    if (name === undefined || !/^(''|"")?$/.test(given ?? options[i + 1] ?? '')) return;
    throw new Problem(
      `${name} is empty: JupyterLab is started with a token or a password only.`,
      'Without one, every program and web page on this machine could run code as you. Leave the option out: a token is made anew at each start, and is part of the address that is opened.',
    );
  });
}

/** @param {string[]} options @param {boolean} fixedPort @returns {Promise<number>} its exit code */
function jupyterLab(options, fixedPort) {
  const own = [
    '--ServerApp.ip=127.0.0.1',
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
    '--LabApp.news_url=',
  ];
  if (fixedPort) own.push('--ServerApp.port_retries=0');
  if (process.getuid?.() === 0) own.push('--allow-root');
  const posix = process.platform !== 'win32';
  // In a process group of its own Jupyter does not see the terminal's Ctrl-C, at which it would ask whether to stop.
  const child = spawn(venvProgram('python'), ['-m', 'jupyterlab', notebook, ...own, ...options], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: posix,
  });
  let asked = 0;
  const stop = () => {
    asked++;
    child.kill(asked === 1 ? 'SIGTERM' : 'SIGKILL');
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(asked > 0 ? 0 : (code ?? 1)));
  });
}
