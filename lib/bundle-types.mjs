// Writes dist/types/tfjs.d.ts: the types of TensorFlow.js, which are some 600 files, in one. A compiler reads it in a fifth
// of the time. `node lib/bundle-types.mjs`; the set-up does so after it has compiled the library.
import path from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { isMain, runMain } from '../scripts/lib/main.mjs';

// The file keeps its name: TensorFlow.js extends its own modules, by `declare module "./tfjs"` once they are one.
const input = path.join(import.meta.dirname, 'types/tfjs.d.ts');
export const bundledTypes = path.join(import.meta.dirname, 'dist/types/tfjs.d.ts');

export async function bundleTypes() {
  const compilerOptions = { skipLibCheck: true, types: [] };
  const bundle = await rollup({
    input,
    plugins: [dts({ respectExternal: true, compilerOptions }), { name: 'names', renderChunk: restoreNames }],
    // TensorFlow.js's modules import one another in circles.
    onwarn: () => undefined,
  });
  await bundle.write({ file: bundledTypes, format: 'es' });
  await bundle.close();
}

/**
 * The bundler takes a name in `declare module` for a global one, and renames what is declared by that name elsewhere:
 * that is taken back, but where two modules do declare the same name.
 * @param {string} code
 */
function restoreNames(code) {
  const exported = [...code.matchAll(/^export (?:type )?\{([^}]*)\};$/gm)].map(([, names]) => names).join();
  for (const [pair, name = ''] of exported.matchAll(/\b(\w+)\$1 as \1\b/g)) {
    const declared = new RegExp(`^(?:declare )?(?:abstract )?\\w+ ${name}\\b(?!\\$)`, 'm');
    if (!declared.test(code)) code = code.replaceAll(pair, name).replaceAll(`${name}$1`, name);
  }
  return code;
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await bundleTypes();
  });
}
