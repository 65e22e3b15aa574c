/**
 * `node test/upstream/run.mjs REPORT`: upstream's own runner with upstream's own specs (tfjs-core and tfjs-node), against
 * TensorFlow as this library loads it. Writes what became of each spec. Its own process, for the specs reset the engine.
 */
import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { at } from '../../scripts/lib/paths.mjs';
import { loadCoreAsCommonJs } from './core-as-commonjs.mjs';

const [report] = process.argv.slice(2);
if (!report) throw new Error('usage: node test/upstream/run.mjs REPORT');
const require = createRequire(import.meta.url);

const { loadTensorFlow } = require('../../lib/dist/tensor/index.js');
const { addonFile, installation } = require('../../lib/dist/tensor/native/installation.js');
const { addonSources } = require('../../lib/dist/tensor/native/sources.js');
const { tf } = await loadTensorFlow({ backend: 'native' });
const node = path.dirname(addonSources().packageFile);

loadCoreAsCommonJs(path.join(path.dirname(require.resolve('@tensorflow/tfjs-core/package.json')), 'dist'));
const addon = path.join(installation().folder, addonFile);
replace('@mapbox/node-pre-gyp', { find: () => addon }); // the specs of the binding load it themselves

/** @type {object[]} */
const specs = [];
/** Failures outside of specs. @type {string[]} */
const errors = [];
const Jasmine = require('jasmine');
replace(
  'jasmine',
  class extends Jasmine {
    constructor() {
      super({ projectBaseDir: node });
      this.clearReporters();
      this.addReporter({ specDone, suiteDone: note });
      this.exitOnCompletion = false;
    }

    /** The package ships the specs compiled. @param {{ spec_files: string[] }} config */
    loadConfig(config) {
      const compiled = config.spec_files.map((file) => file.replace(/^src/, 'dist').replace(/\.ts$/, '.js'));
      super.loadConfig({ ...config, spec_files: compiled });
      if (this.specFiles.length === 0) throw new Error(`there are no specs in ${node}`);
    }

    async execute() {
      const before = registered();
      const result = await super.execute();
      note(result);
      if (result.incompleteReason) errors.push(result.incompleteReason);
      const changed = registered().filter((entry, i) => entry !== before[i]);
      if (changed.length > 0)
        errors.push(`the specs replaced ${changed.length} kernels or gradients of the load`);
      fs.writeFileSync(report, JSON.stringify({ specs, errors }));
      return result;
    }
  },
);

process.chdir(workFolder());
require(path.join(node, 'dist/run_tests.js'));

/** @param {{ fullName: string, status: string, failedExpectations: { message: string }[] }} result */
function specDone({ fullName, status, failedExpectations }) {
  specs.push({ name: fullName, status, messages: failedExpectations.map(({ message }) => message) });
}

/** @param {{ failedExpectations?: { message: string }[] }} result */
function note({ failedExpectations = [] }) {
  errors.push(...failedExpectations.map(({ message }) => message));
}

/** What computes, as loaded: with the overrides and cures that users have. */
function registered() {
  const kernels = tf.getKernelsForBackend('tensorflow');
  const names = kernels.map((/** @type {{ kernelName: string }} */ { kernelName }) => kernelName).sort();
  return names.flatMap((/** @type {string} */ name) => [
    tf.getKernel(name, 'tensorflow'),
    tf.getGradient(name),
  ]);
}

/** @param {string} name @param {unknown} exports what whoever requires the module gets */
function replace(name, exports) {
  const file = require.resolve(name);
  require.cache[file] = Object.assign(new Module(file), { filename: file, loaded: true, exports });
}

/** Where the specs find the package's files by relative paths, and write their own. */
function workFolder() {
  const folder = at('out', 'upstream');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(node)) fs.symlinkSync(path.join(node, name), path.join(folder, name));
  return folder;
}
