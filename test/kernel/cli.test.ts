import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'kernel/bin/gradoscope-kernel.cjs');
let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gradoscope-cli-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cli(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Ran {
  return spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env,
    cwd: folder,
    timeout: 60_000,
  });
}

const kernels = (prefix: string, name: string): string =>
  path.join(folder, prefix, 'share/jupyter/kernels', name);
const readSpec = (file: string) =>
  JSON.parse(fs.readFileSync(path.join(file, 'kernel.json'), 'utf8')) as {
    argv: string[];
    [key: string]: unknown;
  };

describe('install and uninstall', () => {
  test('write a whole kernel spec, and remove it', () => {
    fs.writeFileSync(
      path.join(folder, 'preload.cjs'),
      'exports.provides = {}; exports.load = async () => ({});',
    );
    const options = ['--prefix', 'one', '--name', 'mine', '--display-name', 'My "TS"', '--engine', 'tslab'];
    const ran = cli(['install', ...options, '--preload', 'preload.cjs', '--env', 'A=b=c']);
    expect(ran.stdout).toBe(`Installed the kernel spec in ${kernels('one', 'mine')}\n`);
    const { argv, ...rest } = readSpec(kernels('one', 'mine'));
    expect(rest).toEqual({
      display_name: 'My "TS"',
      language: 'typescript',
      interrupt_mode: 'message',
      env: { A: 'b=c' },
      metadata: { debugger: false, supported_encryption: ['curve'] },
    });
    const start = ['start', '--connection-file', '{connection_file}'];
    const preload = ['--preload', path.join(folder, 'preload.cjs')];
    expect(argv).toEqual([
      process.execPath,
      '--no-force-async-hooks-checks',
      program,
      ...start,
      '--engine',
      'tslab',
      ...preload,
    ]);
    for (const size of [32, 64]) {
      const png = fs.readFileSync(path.join(kernels('one', 'mine'), `logo-${size}x${size}.png`));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
    }
    expect(fs.readFileSync(path.join(kernels('one', 'mine'), 'logo-svg.svg'), 'utf8')).toContain('<svg');
    expect(fs.readdirSync(kernels('one', 'mine'))).toHaveLength(4);

    expect(cli(['uninstall', '--prefix', 'one', '--name', 'mine']).status).toBe(0);
    expect(fs.existsSync(kernels('one', 'mine'))).toBe(false);
  });

  test('know the places', () => {
    const data = path.join(folder, 'data');
    expect(cli(['install'], { ...process.env, JUPYTER_DATA_DIR: data }).stdout).toContain(
      path.join(data, 'kernels/gradoscope'),
    );
    const environment = { ...process.env, VIRTUAL_ENV: path.join(folder, 'venv') };
    fs.mkdirSync(environment.VIRTUAL_ENV);
    expect(cli(['install', '--sys-prefix'], environment).stdout).toContain(kernels('venv', 'gradoscope'));
    expect(readSpec(kernels('venv', 'gradoscope')).display_name).toBe('TypeScript (Gradoscope)');
  });

  test.each([
    [['install', '--user', '--prefix', 'x'], 'Give one of --user, --sys-prefix and --prefix.'],
    [['install', '--prefix', 'x', '--name', '..'], '--name is ".."'],
    [['install', '--prefix', 'x', '--display-name', ' '], '--display-name is empty'],
    [['install', '--prefix', 'x', '--engine', 'v8'], '--engine is "v8"; allowed are "tslab"'],
    [['install', '--prefix', 'x', '--env', '=1'], '--env is "=1"; it must be NAME=VALUE.'],
    [['install', '--prefix', 'x', '--preload', 'none.cjs'], 'none.cjs does not exist; build it first.'],
    [['install', '--nmae', 'x'], "Unknown option '--nmae'"],
    [['uninstall', '--prefix', 'x'], 'There is no kernel spec in'],
    [['start'], 'start needs --connection-file FILE.'],
    [['start', '--connection-file', 'none.json'], 'Cannot read the connection file none.json: ENOENT'],
  ])('%s says what is wrong', (args, words) => {
    const { status, stdout, stderr } = cli(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`gradoscope-kernel: `);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('leave another kernel alone', () => {
    const other = kernels('other', 'gradoscope');
    fs.mkdirSync(other, { recursive: true });
    fs.writeFileSync(path.join(other, 'kernel.json'), '{"argv": ["python"], "language": "python"}');
    expect(cli(['uninstall', '--prefix', 'other']).stderr).toContain(
      'starts another kernel; it is left as it is.',
    );
    expect(fs.existsSync(other)).toBe(true);
  });

  test('a wrong command shows the help', () => {
    const { status, stderr } = cli(['instal']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^gradoscope-kernel: there is no command "instal"\.\n\nUsage:/);
    expect(cli(['--help'])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('start', () => {
  test.each([
    ['{', 'JSON'],
    ['{"transport": "udp"}', 'transport is "udp"; allowed are "tcp" and "ipc".'],
    ['{"shell_port": 0.5}', 'shell_port is 0.5; allowed is an integer'],
    ['[]', 'does not hold a JSON object'],
  ])('says what is wrong with the connection file %s', (text, words) => {
    const file = path.join(folder, 'connection.json');
    fs.writeFileSync(file, text);
    const { status, stderr } = cli(['start', '--connection-file', file]);
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain(file);
  });

  test('says so when a port is taken or a preload does not load, and ends', () => {
    const file = path.join(folder, 'connection.json');
    const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
    fs.writeFileSync(
      file,
      JSON.stringify({ transport: 'ipc', ip: path.join(folder, 'none/k'), key: '', ...ports }),
    );
    const bound = cli(['start', '--connection-file', file]);
    expect(bound.status).toBe(1);
    expect(bound.stderr).toContain(`socket to ipc://${path.join(folder, 'none/k')}-`);
    const here = { transport: 'ipc', ip: path.join(folder, 'k'), key: '', ...ports };
    fs.writeFileSync(file, JSON.stringify(here));
    fs.writeFileSync(path.join(folder, 'broken.cjs'), 'throw new Error("it is broken")');
    const preload = cli(['start', '--connection-file', file, '--preload', path.join(folder, 'broken.cjs')]);
    expect(preload.status).toBe(1);
    expect(fs.readdirSync(folder).filter((name) => /^k-|running/.test(name))).toEqual([]);
    expect(preload.stderr).toContain('broken.cjs cannot be loaded: it is broken');
  });
});
