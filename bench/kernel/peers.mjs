/** The kernels that are compared, each with a spec in a folder of the benchmark's own. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { at, venvProgram } from '../../scripts/lib/paths.mjs';

const folder = at('out/bench/kernel');
export const prefix = path.join(folder, 'prefix');
/** Where the kernels run: a project with its own TensorFlow.js, as a user has it. */
export const project = path.join(folder, 'project');

const PACKAGES = { tslab: '1.0.22', deno: '2.9.6', '@tensorflow/tfjs': '4.22.0' };

/** @param {string} name @param {string[]} argv @param {string} language @param {string} [mode] */
function writeSpec(name, argv, language, mode = 'signal') {
  const spec = path.join(prefix, 'share/jupyter/kernels', name);
  fs.mkdirSync(spec, { recursive: true });
  fs.writeFileSync(
    path.join(spec, 'kernel.json'),
    JSON.stringify({ argv, display_name: name, language, interrupt_mode: mode }),
  );
}

/** @param {string} command @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [options] */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (error ?? status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `status ${status}`}`);
}

/** Installs the peers and writes all specs; what is there already is kept. */
export function preparePeers() {
  fs.mkdirSync(project, { recursive: true });
  const manifest = JSON.stringify({ private: true, name: 'bench-project', dependencies: PACKAGES });
  const file = path.join(project, 'package.json');
  const installed = path.join(project, 'node_modules/.done');
  if (!fs.existsSync(installed) || fs.readFileSync(installed, 'utf8') !== manifest) {
    fs.writeFileSync(file, manifest);
    // Deno's package fetches nothing: its binary comes as an optional package.
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: project });
    fs.writeFileSync(installed, manifest);
  }
  for (const engine of ['ts7', 'tslab']) {
    run(process.execPath, [
      at('kernel/bin/gradoscope-kernel.cjs'),
      ...['install', '--prefix', prefix, '--name', `gradoscope-${engine}`, '--engine', engine],
      ...['--preload', at('lib/dist/preload.js')],
    ]);
  }
  const modules = path.join(project, 'node_modules');
  const tslab = path.join(modules, 'tslab/bin/tslab');
  writeSpec('tslab', [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}'], 'typescript');
  writeSpec(
    'deno',
    [denoBinary(modules), 'jupyter', '--kernel', '--conn', '{connection_file}'],
    'typescript',
  );
  writeSpec(
    'ipykernel',
    [venvProgram('python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    'python',
  );
}

/** @param {string} modules */
function denoBinary(modules) {
  const folder = path.join(modules, '@deno');
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const file = path.join(folder, name, process.platform === 'win32' ? 'deno.exe' : 'deno');
    if (fs.existsSync(file)) return file;
  }
  throw new Error(`The package deno has no binary for ${process.platform} ${process.arch} under ${folder}.`);
}
