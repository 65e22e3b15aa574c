/**
 * `npm run build:addon`: compiles the addon for this platform into lib/native/prebuilt, from where the package ships it. It is
 * taken only while its sources are the same. Needs native TensorFlow to have been set up (npm run setup), and a compiler.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runMain } from './lib/main.mjs';
import { at } from './lib/paths.mjs';

const require = createRequire(import.meta.url);
/** @param {string} file */
const native = (file) => require(at('lib/dist/tensor/native', file));

await runMain(async () => {
  const { pinnedLibraries } = native('choice.js');
  const { compileAddons, findCompiler } = native('compile.js');
  const { addonFile, stderrFile } = native('layout.js');
  const { addonSources, sourcesHash } = native('sources.js');
  const { prebuiltFolder } = native('prebuilt.js');
  const { hashesOf } = native('hashes.js');

  const sources = addonSources();
  const folder = prebuiltFolder(sources);
  const tensorflow = path.join(pinnedLibraries('cpu').root, 'tensorflow');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  await compileAddons(await findCompiler(), sources, tensorflow, folder);
  const prebuilt = {
    sources: sourcesHash(sources),
    hashes: await hashesOf(folder, [addonFile, stderrFile]),
  };
  fs.writeFileSync(path.join(folder, 'prebuilt.json'), `${JSON.stringify(prebuilt, undefined, 2)}\n`);
  console.log(`The addon for ${process.platform}-${process.arch} is in ${folder}`);
});
