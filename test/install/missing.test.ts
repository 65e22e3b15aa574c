import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout } from './support/checkout.js';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

/** A Python that says its version, and has the modules if `venv`. */
const python = (version: string, venv = true) =>
  `case "$*" in *version_info*) echo ${version};; *) ${venv ? 'exit 0' : `echo "ModuleNotFoundError: No module named 'ensurepip'" >&2; exit 1`};; esac`;

async function setup(): Promise<string> {
  const running = checkout.start();
  expect(await running.ended).toBe(1);
  expect(running.output).not.toMatch(/^\s+at .*\.mjs/m); // a message, no stack trace
  return running.output;
}

describe('what is missing is named, with the way to get it', () => {
  it('Python', async () => {
    const output = await setup();
    expect(output).toContain('Python 3.10 or newer was not found (looked for python3, python on the PATH).');
    expect(output).toContain('apt-get install python3');
    expect(fs.existsSync(path.join(checkout.folder, 'node_modules'))).toBe(false);
  });

  it('a Python that is new enough', async () => {
    checkout.program('python3', python('3.8.1'));
    expect(await setup()).toContain('Python 3.10 or newer was not found (python3 is 3.8.1).');
  });

  it('the venv module', async () => {
    checkout.program('python3', python('3.11.9', false));
    const output = await setup();
    expect(output).toContain('Python 3.11.9 (python3) has no module ensurepip');
    expect(output).toContain('sudo apt-get install python3.11-venv');
  });

  it('npm', async () => {
    checkout.program('python3', python('3.11.9'));
    expect(await setup()).toContain('the program npm was not found');
  });

  it('disk space, by what npm says', async () => {
    checkout.program('python3', python('3.11.9'));
    checkout.program('npm', 'echo "npm error code ENOSPC" >&2; exit 1');
    expect(await setup()).toContain('Installing the npm packages failed: the disk is full.');
  });

  it('the network', async () => {
    checkout.program('python3', python('3.11.9'));
    checkout.program('npm', 'echo "npm error getaddrinfo ENOTFOUND registry" >&2; exit 1');
    expect(await setup()).toContain('the package registry cannot be reached');
  });

  it('disk space, on a disk that is full', async (context) => {
    const disk = path.join(checkout.folder, 'disk');
    fs.mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('a small disk can be mounted by root only');
    }
    const small = new Checkout(disk);
    try {
      small.program('python3', python('3.11.9'));
      const running = small.start();
      expect(await running.ended).toBe(1);
      expect(running.output).toMatch(/The disk is full: 0\.0 GB are free in .*, about 2\.0 GB are needed\./);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('npm start refuses', () => {
  it('a port that is taken', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const running = checkout.start('start', ['--no-browser', '--port', String(port)]);
    expect(await running.ended).toBe(1);
    expect(running.output).toContain(`Port ${port} is taken by another program.`);
    server.close();
  });

  it.each(['x', '70000', '-1'])('--port %s', async (port) => {
    const running = checkout.start('start', [`--port=${port}`]);
    expect(await running.ended).toBe(1);
    expect(running.output).toContain('a port is a whole number');
  });

  it('an address that others reach', async () => {
    const running = checkout.start('start', ['--ip=0.0.0.0']);
    expect(await running.ended).toBe(1);
    expect(running.output).toContain('on the loopback address only');
  });

  it.each([
    ['--ServerApp.token='],
    ['--IdentityProvider.token', ''],
    ["--NotebookApp.token=''"],
    ['--ServerApp.token=secret', '--PasswordIdentityProvider.token='],
    ['--ServerApp.password='],
  ])('to run without a token: %s %s', async (...options) => {
    const running = checkout.start('start', ['--no-browser', ...options]);
    expect(await running.ended).toBe(1);
    expect(running.output).toMatch(/\.(token|password) is empty: JupyterLab is started with a token/);
    expect(running.output).toContain('could run code as you');
  });

  it('no token or password that is not empty', async () => {
    const running = checkout.start('start', ['--ServerApp.token=secret', '--ServerApp.password', 'hash']);
    expect(await running.ended).toBe(1);
    expect(running.output).toContain('Python 3.10 or newer was not found'); // the set-up, which comes next
  });
});
