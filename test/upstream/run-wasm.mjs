/**
 * `node test/upstream/run-wasm.mjs REPORT [--stock]`: all specs of tfjs-core on WebAssembly as this library loads it, or with
 * `--stock` as its package gives it. Upstream runs a choice of them only, and its package does not ship that list.
 */
import { createRequire } from 'node:module';
import { Collector } from './collector.mjs';
import { loadCoreAsCommonJs } from './core-as-commonjs.mjs';
import { replaceModule } from './replace-module.mjs';

const [report, stock] = process.argv.slice(2);
if (!report) throw new Error('usage: node test/upstream/run-wasm.mjs REPORT [--stock]');
const require = createRequire(import.meta.url);
const room = '../../lib/dist/tensor';

if (stock) {
  const nothing = () => undefined;
  replaceModule(require.resolve(`${room}/fallback/index.js`), { addWasmKernels: nothing });
  replaceModule(require.resolve(`${room}/cures/gradients.js`), { cureGradients: nothing });
}
await require(`${room}/index.js`).loadTensorFlow({ backend: 'wasm' });
loadCoreAsCommonJs();

const Jasmine = require('jasmine');
const runner = new Jasmine();
const collector = new Collector(report);
collector.attach(runner);
runner.loadConfig({ random: false, jsLoader: 'require' });
require('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops');
const { setTestEnvs } = require('@tensorflow/tfjs-core/dist/jasmine_util');
setTestEnvs([{ name: 'test-wasm', backendName: 'wasm', isDataSync: true }]);
require('@tensorflow/tfjs-core/dist/tests');
collector.finish(await runner.execute());
