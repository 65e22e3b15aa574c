import MagicString from 'magic-string';
import type { SourceMapPayload } from 'node:module';
import type { Analysed } from './analyse.js';
import { child, flag, list, text, type Node } from './ast.js';
import { carryCallbacks, carryContext } from './context-edits.js';
import { editDeclarations } from './declaration-edits.js';
import { holdings, numbers, type Earlier } from './holdings.js';
import { isLate, loops } from './loops.js';
import {
  editImportExpressions,
  editImports,
  freshNames,
  importRequests,
  substitute,
  type ImportRequest,
} from './module-edits.js';
import { facts as factsOf, type Reference } from './names.js';
import { parse } from './parse.js';

/** A cell as a script: its value is a function that takes boxes, modules, `import`, `import.meta`, a place for the result, helpers, and the scope. */
export interface CellScript {
  readonly code: string;
  readonly map: SourceMapPayload;
  /** Characters in front of the first line of the edited source. */
  readonly prefix: number;
  readonly lines: number;
  /** Variables of this and of earlier cells that it uses. */
  readonly boxes: readonly string[];
  /** Those that it declares itself. */
  readonly declared: ReadonlySet<string>;
  /** Those that will hold numbers. */
  readonly numbers: ReadonlySet<string>;
  readonly imports: readonly ImportRequest[];
  /** Variables that its functions assign to. */
  readonly writtenInFunctions: readonly string[];
  /** Names that its functions use. */
  readonly usedInFunctions: readonly string[];
  /** Some of its variables reach their boxes at the end of a loop only. */
  readonly waits: boolean;
}

export interface CellOptions extends Earlier {
  /** Names of the scope. */
  readonly scope: readonly string[];
}

/**
 * Turns a cell's JavaScript into a script. A variable lives in a box, one a name for all cells, so that later cells,
 * closures of earlier ones, and what is left after an interrupt see the same value; see holdings.ts for the locals.
 *
 *     let n = 1; n++;        →  let n = 1; $$n.v = n; $$n.v = ++n;
 *     const a = () => n;     →  const a = () => $$n.v; $$a.v = a;
 *     function f() {}        →  $$f.v = f; function f() {}
 */
export function editCell(analysed: Analysed, js: string, options: CellOptions): CellScript {
  const { program } = parse(js, 'js');
  const facts = factsOf(program);
  const names = freshNames(analysed.code + js);
  const edits = new MagicString(js);
  const box = (name: string): string => `${names.sigil}${name}`;
  const value = (name: string): string => `${box(name)}.v`;

  carryContext(edits, facts);
  carryCallbacks(edits, facts);
  editImportExpressions(edits, facts, names);
  const requests = importRequests(program, facts);
  const imported = editImports(edits, requests, names);
  const held = holdings(program, facts, imported, options);
  const { own, earlier, writtenInFunctions, usedInFunctions } = held;
  const waiting = loops(program, facts, held, options);
  const declared = new Set([...own].filter(([, how]) => how !== 'import').map(([name]) => name));
  const before = [...earlier]
    .filter(([, how]) => how === 'mirror')
    .map(([name]) => `let ${name} = ${value(name)};`);

  for (const reference of facts.references) {
    const { name, node, top, depth, type } = reference;
    const how = type ? undefined : (top ? own : earlier).get(name);
    if (how === undefined || how === 'constant') continue;
    if (how === 'mirror' && depth === 0) {
      if (reference.write && !isLate(waiting, reference))
        mirrorWrite(edits, reference, value(name), names.own('t'), facts.discarded);
      continue;
    }
    const target = how === 'import' ? (imported.get(name) ?? name) : value(name);
    edits.update(node.start, node.end, substitute(target, reference));
  }
  for (const { name, kind } of analysed.declared)
    if ((kind === 'enum' || kind === 'namespace') && declared.has(name))
      before.push(`${value(name)} = void 0;`);
  editDeclarations({ edits, facts, program, own, before, value });
  const last = list(analysed.program, 'body').at(-1);
  if (last?.type === 'ExpressionStatement') keepLast(edits, program, names.own('result'));

  const fill = (name: string): string => `${value(name)} = ${name};`;
  for (const { node, names: late } of waiting) {
    edits.prependRight(node.start, 'try { ');
    edits.appendLeft(node.end, ` } finally { ${[...late].map(fill).join(' ')} }`);
  }
  const late = [...new Set(waiting.flatMap(({ names: some }) => [...some]))];

  const boxes = [...new Set([...declared, ...earlier.keys()])];
  const constants = [
    ...boxes.map((name) => `${box(name)} = ${names.own('boxes')}[${JSON.stringify(name)}]`),
    ...[...requests].map((_, i) => `${names.module(i)} = ${names.own('modules')}[${i}]`),
  ];
  const parameters = [
    ...['boxes', 'modules', 'import', 'meta', 'result'].map(names.own),
    'babelHelpers',
    ...options.scope,
  ];
  const prefix =
    `(function (${parameters.join(', ')}) { "use strict"; ` +
    (constants.length > 0 ? `const ${constants.join(', ')}; ` : '') +
    (late.length > 0 ? `/*late ${late.map(fill).join(' ')}*/ ` : '') + // for io/terminate.ts
    `return ${facts.topLevelAwait ? 'async ' : ''}function () { let ${names.own('t')}; ${before.join(' ')} `;
  return {
    code: `${prefix}${edits.toString()}\n}; })`,
    map: edits.generateMap({ hires: 'boundary' }) as unknown as SourceMapPayload,
    prefix: prefix.length,
    lines: js.split('\n').length + 1,
    boxes,
    declared,
    numbers: numbers(analysed, facts),
    imports: [...requests.values()],
    writtenInFunctions,
    usedInFunctions,
    waits: late.length > 0,
  };
}

/** A write to the local goes to the box as well. @param spare A variable for the value of `x++`. */
function mirrorWrite(
  edits: MagicString,
  { name, assignment }: Reference,
  place: string,
  spare: string,
  discarded: ReadonlySet<Node>,
): void {
  if (!assignment) return;
  const { start, end } = assignment;
  if (assignment.type === 'UpdateExpression' && !flag(assignment, 'prefix')) {
    const operator = text(assignment, 'operator') ?? '';
    if (discarded.has(assignment)) edits.update(start, end, `${place} = ${operator}${name}`);
    else edits.update(start, end, `(${spare} = ${name}${operator}, ${place} = ${name}, ${spare})`);
    return;
  }
  edits.appendRight(start, `(${place} = `);
  edits.appendLeft(end, ')');
}

/** Keeps the value of the last statement. */
function keepLast(edits: MagicString, program: Node, result: string): void {
  const last = list(program, 'body').at(-1);
  const expression = last?.type === 'ExpressionStatement' ? child(last, 'expression') : undefined;
  if (!expression) return;
  edits.prependRight(expression.start, `${result}.value = (`);
  edits.appendLeft(expression.end, ')');
}
