import { readFileSync } from 'node:fs';
import type {
  Analysis,
  Checker,
  CheckerCompletion,
  CheckerOptions,
  DeclaredKind,
  Diagnostic,
} from '../types.js';
import { calleeBefore } from './callee.js';
import { CheckFile } from './check-file.js';
import { Cells, FILE, type Cell } from './cells.js';
import { readCompletion } from './completion.js';
import { readDiagnostics } from './diagnostics.js';
import { flattenCell } from './flatten.js';
import { readHover, type Hover } from './hover.js';
import { Lines } from './positions.js';
import { Passed } from './passed.js';
import { Project } from './project.js';
import { RecentCompletion } from './recent-completion.js';
import { CHANGED, type Server } from './server.js';

const EMPTY: Analysis = {
  code: '',
  jsx: false,
  declared: [],
  free: new Set(),
  imports: [],
  topLevelAwait: false,
  noCheck: false,
  syntaxErrors: [],
};
/** Idle time after which the program is prepared for the next cell. */
const IDLE_MS = 50;
/** Idle time after the start in which the first cell may come before the types of `options.types` are read. */
const FIRST_IDLE_MS = 1000;
/** So many cells, one upon the other, are too many to be read for each check. */
const DEEP = 20;
const MODULE_NOT_FOUND = new Set([2307, 2732, 2792, 7016]);

/** Types from TypeScript's language server; one file a cell, of which only those in use are kept. */
export class TypeChecker implements Checker {
  readonly #project: Project;
  readonly #cells = new Cells((cell) => this.#project.workspace.remove(cell.file));
  readonly #plain = new CheckFile(`${FILE}cell.ts`, this.#cells);
  readonly #jsx = new CheckFile(`${FILE}cell_jsx.tsx`, this.#cells);
  readonly #kindOf = (name: string): DeclaredKind | undefined => this.#cells.get(name)?.kind;
  readonly #passed = new Passed(this.#cells);
  readonly #recent = new RecentCompletion();
  /** The declaration files of `options.types`; undefined: they have been read, or there are none. */
  #types: Cell | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param limitMs So long may the server take for an answer.
   * @throws Error when there is no compiler for this platform.
   */
  constructor(options: CheckerOptions, limitMs?: number) {
    const files = [this.#plain, this.#jsx];
    this.#project = new Project(
      options,
      files.map(({ name }) => name),
      (server) => files.forEach((file) => this.#put(server, file, EMPTY)),
      limitMs,
    );
    if (options.types.size === 0) return;
    const name = `${FILE}types`;
    const imports = [...options.types.keys()].map((specifier) => `import ${JSON.stringify(specifier)};\n`);
    this.#project.workspace.write(`${name}.ts`, imports.join(''));
    this.#types = { id: 0, module: `./${name}`, file: `${name}.ts`, uses: [], depth: 0, users: 1 };
  }

  /** The server's process; undefined: none runs. */
  get pid(): number | undefined {
    return this.#project.pid;
  }

  /** How many earlier cells have a file, because later ones may need them. */
  get size(): number {
    return this.#cells.size;
  }

  /** So many cells are one upon the other below the cell that declares a name. */
  depth(name: string): number {
    return this.#cells.get(name)?.cell.depth ?? 0;
  }

  warm(): void {
    this.#check(EMPTY).then(
      () => this.#later(FIRST_IDLE_MS, () => this.#readTypes()),
      () => undefined,
    );
  }

  async check(analysis: Analysis): Promise<readonly Diagnostic[]> {
    if (analysis.noCheck) return [];
    this.#project.look();
    if (this.#passed.has(analysis, this.#project.epoch)) return [];
    clearTimeout(this.#timer);
    const found = await this.#check(analysis);
    // Now, and not before the first cell, which would have to wait.
    this.#readTypes();
    return found;
  }

  commit(analysis: Analysis): void {
    this.#recent.clear();
    const committed = this.#cells.commit(analysis);
    if (!committed) return;
    const { cell, text, global } = committed;
    this.#project.workspace.write(cell.file, text);
    if (global) {
      this.#pin(cell);
      this.#passed.clear();
    }
    if (cell.depth > 0 && cell.depth % DEEP === 0) this.#flatten(cell, analysis);
    // The next cell will likely use what this one declares: the program is made for it while nothing else is asked.
    this.#later(IDLE_MS, () => {
      if (cell.users > 0 && this.#plain.need([cell])) this.#build();
    });
  }

  complete(analysis: Analysis, offset: number): Promise<CheckerCompletion> {
    clearTimeout(this.#timer);
    return this.#project.ask(async (server) => {
      const { text, shift } = this.#fileOf(analysis).textWhileTyping(analysis);
      const at = offset + shift;
      const { epoch } = this.#project;
      const recent = this.#recent.find(text, at, epoch);
      const answer = recent ?? (await this.#askCompletion(server, this.#fileOf(analysis), text, at));
      if (!recent) this.#recent.keep(text, at, epoch, answer);
      const found = readCompletion(answer, text, at, this.#cells);
      return { ...found, start: found.start - shift, end: found.end - shift };
    });
  }

  inspect(analysis: Analysis, offset: number): Promise<Hover | undefined> {
    clearTimeout(this.#timer);
    return this.#project.ask(async (server) => {
      const { text, shift } = this.#fileOf(analysis).textWhileTyping(analysis);
      const file = this.#putText(server, this.#fileOf(analysis), text);
      const hover = async (at: number): Promise<Hover | undefined> =>
        readHover(await server.ask('textDocument/hover', file, { position: new Lines(text).position(at) }));
      const callee = calleeBefore(analysis.code, offset);
      const found =
        (await hover(offset + shift)) ?? (callee === undefined ? undefined : await hover(callee + shift));
      const variable = /^(?:let|var) ([^:\s]+)/.exec(found?.plain ?? '')?.[1];
      const alias = variable === undefined ? undefined : this.#cells.aliasOf(variable, analysis);
      if (alias === undefined) return found;
      // A variable of an earlier cell is declared anew here; its documentation is where it comes from.
      const from = shift === 0 ? analysis.code.length : 0;
      return (await hover(text.indexOf(` ${alias}`, from) + 1)) ?? found;
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#project.close();
  }

  #check(analysis: Analysis): Promise<Diagnostic[]> {
    return this.#project.ask(async (server) => {
      const { epoch } = this.#project;
      const others = this.#project.locals.add(analysis.imports);
      const file = this.#put(server, this.#fileOf(analysis), analysis);
      const [own, ...answers] = await Promise.all(
        [file, ...others].map((each) => server.ask('textDocument/diagnostic', each)),
      );
      const found = readDiagnostics(own, analysis.code, undefined, this.#kindOf);
      others.forEach((other, i) => {
        found.push(...readDiagnostics(answers[i], readText(other), other, this.#kindOf));
      });
      if (found.length === 0) this.#passed.add(analysis, epoch);
      if (found.some(({ code }) => code !== undefined && MODULE_NOT_FOUND.has(code))) {
        this.#project.lookAgain();
      }
      return found;
    });
  }

  #askCompletion(server: Server, target: CheckFile, text: string, offset: number): Promise<unknown> {
    const file = this.#putText(server, target, text);
    const position = new Lines(text).position(offset);
    return server.ask('textDocument/completion', file, { position, context: { triggerKind: 1 } });
  }

  #fileOf({ jsx }: Analysis): CheckFile {
    return jsx ? this.#jsx : this.#plain;
  }

  #put(server: Server, target: CheckFile, analysis: Analysis): string {
    return this.#putText(server, target, target.text(analysis));
  }

  #putText(server: Server, target: CheckFile, text: string): string {
    const file = this.#project.workspace.file(target.name);
    server.put(file, text);
    return file;
  }

  /** Has a module in the program for good. */
  #pin(cell: Cell): void {
    for (const file of [this.#plain, this.#jsx]) file.need([cell], true);
  }

  /** Lets a cell need its predecessors no more, where that can be done. */
  #flatten(cell: Cell, analysis: Analysis): void {
    const { workspace } = this.#project;
    const file = workspace.file(this.#plain.name);
    // What the cell's names mean now, and not when the server comes to it.
    const used = this.#cells.used(analysis);
    const work = async (server: Server): Promise<void> => {
      const names = this.#cells.namesOf(cell);
      const code = [...names.keys()].join(';\n');
      this.#put(server, this.#plain, { ...EMPTY, code, free: new Set(names.keys()) });
      const flat = await flattenCell(server, file, names, used, this.#cells);
      if (!flat || cell.users === 0) return;
      workspace.write(cell.file, flat.text);
      server.changed([{ file: workspace.file(cell.file), type: CHANGED }]);
      this.#cells.setUses(cell, flat.uses);
    };
    this.#project.ask(work).catch(() => undefined);
  }

  /** Reads the types that cells will likely import, in the server's time. */
  #readTypes(): void {
    const types = this.#types;
    this.#types = undefined;
    if (!types || this.#project.closed) return;
    this.#pin(types);
    this.#build();
  }

  #build(): void {
    const folding = async (server: Server): Promise<void> => {
      await server.ask('textDocument/foldingRange', this.#put(server, this.#plain, EMPTY));
    };
    this.#project.ask(folding).catch(() => undefined);
  }

  #later(delay: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#project.closed) work();
    }, delay).unref();
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
