import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/** Its gradients are registered already, some of them by ours in the place of stock ones, which it would put back. */
const ALREADY_DONE = 'register_all_gradients.js';

/**
 * The specs of tfjs-core are ES modules that node cannot load as they are (their imports have no extension). Upstream's own
 * runner has them compiled to CommonJS while they load, and so does this. They share the engine and all registries with the
 * loaded TensorFlow.js.
 */
export function loadCoreAsCommonJs() {
  const packageFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json');
  const folder = path.join(path.dirname(packageFile), 'dist');
  const extensions = /** @type {Record<string, (module: NodeModule, file: string) => void>} */ (
    /** @type {any} */ (Module)._extensions
  );
  const stock = extensions['.js'];
  extensions['.js'] = (module, file) => {
    const inside = file.startsWith(folder + path.sep) && !path.basename(file).startsWith('tf-core.');
    if (!inside) return stock?.(module, file);
    const source = path.basename(file) === ALREADY_DONE ? '' : fs.readFileSync(file, 'utf8');
    // The maps are three quarters of the files.
    const code = source.replace(/\n\/\/# sourceMappingURL=.*/, '');
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    /** @type {any} */ (module)._compile(ts.transpileModule(code, { compilerOptions }).outputText, file);
  };
}
