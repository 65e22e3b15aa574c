import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Paths } from '../paths.js';
import { SettingsFile, type Settings } from '../syntax/settings.js';
import type { CheckerOptions } from '../types.js';

/** What holds unless a `tsconfig.json` beside the notebook says otherwise. */
export const DEFAULTS = {
  compilerOptions: {
    target: 'es2022',
    lib: [Number.parseInt(process.versions.node, 10) < 22 ? 'es2023' : 'es2024', 'esnext.disposable'],
    strict: false,
    allowJs: true,
    jsx: 'react',
    esModuleInterop: true,
    skipLibCheck: true,
  },
};

const OLD_TARGET = /^es(3|5|6|20(1\d|2[01]))$/i;

/** The project's configuration: the user's, and what must be ours. */
export class Config {
  /** The file beside the notebook, which need not exist. */
  readonly user: string;
  #paths: Paths = {};

  constructor(private readonly options: CheckerOptions) {
    this.user = path.join(options.cwd, 'tsconfig.json');
  }

  /** Those of the user's configuration, as of the last `text`. */
  get paths(): Paths {
    return this.#paths;
  }

  /** Changes when the user's configuration does. */
  stamp(): string {
    const found = statSync(this.user, { throwIfNoEntry: false });
    return found ? `${found.mtimeMs} ${found.size}` : '';
  }

  /**
   * @param defaults The file that holds `DEFAULTS`.
   * @param files Roots of the program.
   */
  text(defaults: string, files: readonly string[], rootDirs: readonly string[]): string {
    const { cwd, roots, types } = this.options;
    const user = existsSync(this.user) ? this.user : undefined;
    const { target = '', types: named = [], baseUrl, paths: given = {} } = this.#read();
    this.#paths = given;
    const paths = { ...given };
    for (const [specifier, file] of types) paths[specifier] = [file];
    const compilerOptions = {
      noEmit: true,
      // What node runs: below, it has neither await at the top level nor big integers.
      ...(OLD_TARGET.test(target) ? { target: 'es2022' } : {}),
      // Cells, and what they import, may be anywhere.
      rootDir: null,
      module: 'esnext',
      moduleResolution: 'bundler',
      moduleDetection: 'force',
      resolveJsonModule: true,
      allowImportingTsExtensions: true,
      isolatedModules: false,
      verbatimModuleSyntax: false,
      // Declarations of one cell are for the next.
      noUnusedLocals: false,
      noUnusedParameters: false,
      allowUnusedLabels: true,
      composite: false,
      incremental: false,
      declaration: false,
      isolatedDeclarations: false,
      types: ['node', ...named.filter((name) => name !== 'node')],
      typeRoots: [path.join(cwd, 'node_modules/@types'), ...roots.map((root) => path.join(root, '@types'))],
      rootDirs,
      // The option is no more; its meaning for `paths` is kept.
      ...(baseUrl === undefined ? {} : { baseUrl: null }),
      ...(Object.keys(paths).length > 0 ? { paths } : {}),
    };
    return JSON.stringify({
      extends: user === undefined ? [defaults] : [defaults, user],
      compilerOptions,
      files,
      include: [],
      references: [],
      typeAcquisition: { enable: false },
    });
  }

  /** What the user's configuration and those that it extends amount to; a wrong one is told by the check itself. */
  #read(): Partial<Settings> {
    try {
      return new SettingsFile(this.options.cwd).read();
    } catch {
      return {};
    }
  }
}
