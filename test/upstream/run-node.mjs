/**
 * `node test/upstream/run-node.mjs REPORT`: upstream's own runner with upstream's own specs (tfjs-core and tfjs-node), against
 * TensorFlow as this library loads it. Writes what became of each spec. Its own process, for the specs reset the engine.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { at } from '../../scripts/lib/paths.mjs';
import { Collector } from './collector.mjs';
import { loadCoreAsCommonJs } from './core-as-commonjs.mjs';
import { replaceModule } from './replace-module.mjs';

const [report] = process.argv.slice(2);
if (!report) throw new Error('usage: node test/upstream/run-node.mjs REPORT');
const require = createRequire(import.meta.url);

const { loadTensorFlow } = require('../../lib/dist/tensor/index.js');
const { installation } = require('../../lib/dist/tensor/native/installation.js');
const { addonFile } = require('../../lib/dist/tensor/native/layout.js');
const { addonSources } = require('../../lib/dist/tensor/native/sources.js');
const { tf } = await loadTensorFlow({ backend: 'native' });
const loaded = registered();
const node = path.dirname(addonSources().packageFile);

loadCoreAsCommonJs();
// The specs of the binding load it themselves.
const addon = path.join(installation().folder, addonFile);
replaceModule(require.resolve('@mapbox/node-pre-gyp'), { find: () => addon });

const collector = new Collector(report);
const Jasmine = require('jasmine');
replaceModule(
  require.resolve('jasmine'),
  class extends Jasmine {
    constructor() {
      super({ projectBaseDir: node });
      collector.attach(this);
    }

    /** The package ships the specs compiled. @param {{ spec_files: string[] }} config */
    loadConfig(config) {
      const compiled = config.spec_files.map((file) => file.replace(/^src/, 'dist').replace(/\.ts$/, '.js'));
      super.loadConfig({ ...config, spec_files: compiled });
      if (this.specFiles.length === 0) throw new Error(`there are no specs in ${node}`);
    }

    async execute() {
      const result = await super.execute();
      const changed = registered().filter((entry, i) => entry !== loaded[i]).length;
      if (changed > 0) collector.add(`${changed} kernels or gradients are no longer those that were loaded`);
      collector.finish(result);
      return result;
    }
  },
);

process.chdir(workFolder());
require(path.join(node, 'dist/run_tests.js'));

/** What computes: with the overrides and cures that users have. */
function registered() {
  const kernels = tf.getKernelsForBackend('tensorflow');
  const names = kernels.map((/** @type {{ kernelName: string }} */ { kernelName }) => kernelName).sort();
  return names.flatMap((/** @type {string} */ name) => [
    tf.getKernel(name, 'tensorflow'),
    tf.getGradient(name),
  ]);
}

/** Where the specs find the package's files by relative paths, and write their own. */
function workFolder() {
  const folder = at('out', 'upstream');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(node)) fs.symlinkSync(path.join(node, name), path.join(folder, name));
  return folder;
}
