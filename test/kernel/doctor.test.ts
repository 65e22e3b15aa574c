import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'kernel/bin/gradoscope-kernel.cjs');
const venv = path.join(root, '.venv');
let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gradoscope-doctor-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const at = (...parts: string[]): string => path.join(folder, ...parts);
const spec = (prefix: string, name: string): string => at(prefix, 'share/jupyter/kernels', name);

function install(prefix: string, name: string, ...options: string[]): void {
  const args = [program, 'install', '--prefix', at(prefix), '--name', name, ...options];
  expect(spawnSync(process.execPath, args).status).toBe(0);
}

function change(prefix: string, name: string, edit: (argv: string[]) => void): void {
  const file = path.join(spec(prefix, name), 'kernel.json');
  const json = JSON.parse(fs.readFileSync(file, 'utf8')) as { argv: string[] };
  edit(json.argv);
  fs.writeFileSync(file, JSON.stringify(json));
}

function doctor(env: NodeJS.ProcessEnv, cwd = folder): { status: number | null; lines: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'doctor'], {
    encoding: 'utf8',
    env,
    cwd,
  });
  expect(stderr).toBe('');
  return { status, lines: stdout.split('\n') };
}

/** What follows a line that ends with `folder`, up to the next kernel spec. */
function about(lines: string[], where: string): string[] {
  const start = lines.findIndex((line) => line.endsWith(where));
  expect(start).toBeGreaterThan(-1);
  const rest = lines.slice(start + 1);
  return rest.slice(
    0,
    rest.findIndex((line) => line === '' || /share\/jupyter\/kernels\/[\w.-]+$/.test(line)),
  );
}

test('with a Jupyter: versions, paths, specs, and what is wrong with them', { timeout: 120_000 }, () => {
  fs.writeFileSync(
    at('good.cjs'),
    'exports.provides = { "some-name": {} }; exports.load = async () => ({ "some-name": {} });',
  );
  fs.writeFileSync(
    at('bad.cjs'),
    'exports.provides = { x: {} }; exports.load = async () => { throw new Error("no luck"); };',
  );
  fs.writeFileSync(at('node16'), '#!/bin/sh\necho v16.20.0\n', { mode: 0o755 });
  install('a', 'fine', '--preload', at('good.cjs'));
  install('a', 'bad-preload', '--preload', at('bad.cjs'));
  install('a', 'moved');
  change('a', 'moved', (argv) => argv.splice(0, 3, at('no-node'), '--x', at('gone/gradoscope-kernel.cjs')));
  install('a', 'old');
  change('a', 'old', (argv) => argv.splice(0, 1, at('node16')));
  install('a', 'odd', '--preload', at('good.cjs'));
  change('a', 'odd', (argv) => argv.splice(-1, 1, at('gone.cjs'), '--engine', 'v8'));
  install('b', 'Fine');
  install('b', 'gradoscope-torn');
  fs.writeFileSync(path.join(spec('b', 'gradoscope-torn'), 'kernel.json'), '{"argv":');
  const paths = ['a', 'b'].map((prefix) => at(prefix, 'share/jupyter')).join(path.delimiter);
  const { status, lines } = doctor({ ...process.env, VIRTUAL_ENV: venv, JUPYTER_PATH: paths });
  const text = lines.join('\n');

  expect(status).toBe(1);
  expect(text).toMatch(/\d+ things are wrong\.\n$/);
  expect(text).toContain(`node ${process.versions.node} (${process.execPath})`);
  expect(text).toMatch(/zeromq \d+\.\d+\.\d+ with libzmq \d+\.\d+\.\d+/);
  expect(text).toMatch(/tslab 1\.0\.22 with TypeScript 5\.0\.4/);
  expect(text).toMatch(/engines: .*\(default\)/);
  expect(text).toMatch(/jupyter_client \d/);
  expect(text).toMatch(/connection files: \//);

  expect(about(lines, spec('a', 'fine')).filter((line) => line.includes('WRONG'))).toEqual([]);
  expect(about(lines, spec('b', 'Fine')).join('\n')).toContain(
    `WRONG Jupyter never starts this one: ${spec('a', 'fine')} has the same name and comes first`,
  );
  const moved = about(lines, spec('a', 'moved')).join('\n');
  expect(moved).toContain(`WRONG its node ${at('no-node')} does not run`);
  expect(moved).toContain(`WRONG its program ${at('gone/gradoscope-kernel.cjs')} is gone`);
  expect(moved).toContain('→ Install it anew: gradoscope-kernel install --name moved');
  expect(about(lines, spec('a', 'old')).join('\n')).toContain(
    `WRONG node 16.20.0 (${at('node16')}) is too old`,
  );
  const odd = about(lines, spec('a', 'odd')).join('\n');
  expect(odd).toContain(`WRONG its preload ${at('gone.cjs')} is gone`);
  expect(odd).toContain('WRONG its engine v8 is unknown');
  expect(about(lines, spec('b', 'gradoscope-torn')).join('\n')).toContain('WRONG kernel.json cannot be read');
  expect(text).toMatch(new RegExp(`ok {3}${at('good.cjs')} loads in [\\d.]+ s; it provides some-name`));
  expect(text).toContain(`WRONG ${at('bad.cjs')} does not load: no luck`);
});

test('without a Jupyter', () => {
  const env = { PATH: at('empty'), JUPYTER_PATH: at('none'), JUPYTER_DATA_DIR: at('nothing') };
  const { status, lines } = doctor(env);
  expect(status).toBe(1);
  expect(lines.join('\n')).toContain('WRONG no Python on PATH or in .venv has Jupyter');
  expect(lines.join('\n')).toContain('WRONG no kernel spec of Gradoscope is installed where Jupyter looks');
});

test('the project’s own .venv is found, though no shell has been told of it', () => {
  const { lines } = doctor({ PATH: at('empty'), JUPYTER_DATA_DIR: at('nothing') }, root);
  expect(lines.join('\n')).toContain(`ok   python ${path.join(venv, 'bin')}`);
});

test('a node that is too old is told what to do', () => {
  // The start of the program with the versions of another node.
  const code = `Object.defineProperty(process.versions, 'node', { value: '20.18.0' }); process.argv[1] = ''; require(${JSON.stringify(program)});`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^gradoscope-kernel needs node 20\.19 or newer; this is node 20\.18\.0/);
});
