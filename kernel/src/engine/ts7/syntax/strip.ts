import { createRequire } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import type * as TS from '@tslab/typescript-for-tslab';
import type * as Oxc from 'oxc-transform' with { 'resolution-mode': 'import' };
import { lineAndColumn } from '../../report/frame.js';
import type { Diagnostic } from '../types.js';
import type { Settings } from './settings.js';

export interface Stripped {
  readonly code: string;
  /** From the JavaScript to what was given. */
  readonly map: SourceMapPayload | undefined;
  readonly errors: readonly Diagnostic[];
}

export interface StripOptions {
  readonly jsx: boolean;
  /** The source has decorators. */
  readonly decorated: boolean;
  readonly settings: Settings;
}

/** What compiled code calls where the language has no such syntax: see helpers.ts. */
const HELPERS = 'External' as Oxc.HelperMode.External;
/** Node 20 has all of it but `using`. */
const TARGET = 'es2024';

const load = createRequire(__filename);
let oxc: typeof Oxc | undefined;

/** TypeScript to JavaScript. Imports stay unless they say that they are types: a later cell may use them. */
export function strip(source: string, { jsx, decorated, settings }: StripOptions): Stripped {
  oxc ??= load('oxc-transform') as typeof Oxc;
  if (decorated && !settings.experimentalDecorators) return lowerDecorators(source, jsx, settings);
  const define = settings.useDefineForClassFields;
  const result = oxc.transformSync('cell.tsx', source, {
    lang: jsx ? 'tsx' : 'ts',
    sourceType: 'module',
    sourcemap: true,
    target: TARGET,
    helpers: { mode: HELPERS },
    typescript: { onlyRemoveTypeImports: true, removeClassFieldsWithoutInitializer: !define },
    assumptions: { setPublicClassFields: !define },
    decorator: {
      legacy: settings.experimentalDecorators,
      emitDecoratorMetadata: settings.emitDecoratorMetadata,
    },
    jsx: jsxOptions(settings),
  });
  const errors = result.errors
    .filter(({ severity }) => (severity as string) === 'Error')
    .map(({ message, labels }): Diagnostic => {
      const { start, end } = labels[0] ?? { start: 0, end: 0 };
      return { start, end, ...lineAndColumn(source, start), code: undefined, message };
    });
  return { code: result.code, map: result.map as SourceMapPayload | undefined, errors };
}

function jsxOptions({
  jsx,
  jsxFactory,
  jsxFragmentFactory,
  jsxImportSource,
}: Settings): Oxc.JsxOptions | 'preserve' {
  const automatic = jsx === 'react-jsx' || jsx === 'react-jsxdev';
  return {
    runtime: automatic ? 'automatic' : 'classic',
    pure: false,
    throwIfNamespace: false,
    ...(automatic && jsxImportSource !== undefined && { importSource: jsxImportSource }),
    ...(!automatic && jsxFactory !== undefined && { pragma: jsxFactory }),
    ...(!automatic && jsxFragmentFactory !== undefined && { pragmaFrag: jsxFragmentFactory }),
  };
}

/** Decorators as the language has them now are lowered by TypeScript only, which is loaded when a source has one. */
function lowerDecorators(source: string, jsx: boolean, settings: Settings): Stripped {
  const ts = createRequire(load.resolve('tslab/package.json'))('@tslab/typescript-for-tslab') as typeof TS;
  const { jsxFactory, jsxFragmentFactory, jsxImportSource } = settings;
  const result = ts.transpileModule(source, {
    fileName: jsx ? 'cell.tsx' : 'cell.ts',
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      jsx: settings.jsx?.startsWith('react-jsx') === true ? ts.JsxEmit.ReactJSX : ts.JsxEmit.React,
      ...(jsxFactory !== undefined && { jsxFactory }),
      ...(jsxFragmentFactory !== undefined && { jsxFragmentFactory }),
      ...(jsxImportSource !== undefined && { jsxImportSource }),
      sourceMap: true,
      verbatimModuleSyntax: true,
      useDefineForClassFields: settings.useDefineForClassFields,
    },
  });
  return {
    code: result.outputText.replace(/\/\/# sourceMappingURL=\S+\s*$/, ''),
    map:
      result.sourceMapText === undefined ? undefined : (JSON.parse(result.sourceMapText) as SourceMapPayload),
    errors: [],
  };
}
