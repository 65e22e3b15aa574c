import type MagicString from 'magic-string';
import { child, list, text, type Node } from './ast.js';
import type { Facts } from './names.js';

/** Names that compiled code uses; see Context.hooks. */
export const HOOKS = '__gradoscope';
export const CELL = '__gradoscope_cell';

const CAPTURE = `const ${CELL} = ${HOOKS}.capture();`;
// Of the global object: a function may be run elsewhere, from its source, as a browser's page does.
const ENTER = `globalThis.${HOOKS}?.enter(${CELL})`;
const CHECK = `${HOOKS}.after(${CELL}, void 0);`;
const RESTORE = `${HOOKS}.restore(${CELL});`;

/**
 * Makes `await` carry the cell: each async function notes its caller's cell when it begins, and each `await` in it
 * returns to that cell, or never when that cell has been interrupted.
 */
export function carryContext(edits: MagicString, { awaits, asyncFunctions, asyncCatches }: Facts): void {
  for (const node of awaits) carryAwait(edits, node);
  for (const node of asyncFunctions) {
    const body = child(node, 'body');
    if (!body) continue;
    if (body.type === 'BlockStatement') edits.appendLeft(afterDirectives(body), ` ${CAPTURE}`);
    else {
      edits.appendLeft(body.start, `{ ${CAPTURE} return `);
      edits.appendLeft(body.end, '; }');
    }
  }
  for (const clause of asyncCatches) {
    const body = child(clause, 'body');
    if (body) edits.appendLeft(body.start + 1, ` ${RESTORE}`);
  }
}

/**
 * Makes functions that are handed on know their cell when something else calls them, such as a promise or a socket: what
 * they call, be it of another cell, is then done for theirs.
 */
export function carryCallbacks(edits: MagicString, { callbacks }: Facts): void {
  for (const node of callbacks) {
    const body = child(node, 'body');
    if (!body) continue;
    if (body.type === 'BlockStatement') edits.appendLeft(afterDirectives(body), ` ${ENTER};`);
    else {
      edits.appendLeft(body.start, `(${ENTER}, `);
      edits.appendLeft(body.end, ')');
    }
  }
}

function carryAwait(edits: MagicString, node: Node): void {
  if (node.type === 'AwaitExpression') {
    const argument = child(node, 'argument');
    if (!argument) return;
    edits.appendRight(node.start, `${HOOKS}.after(${CELL}, `);
    edits.appendRight(argument.start, `${HOOKS}.before(${CELL}, `);
    edits.appendLeft(argument.end, '))');
    return;
  }
  const body = node.type === 'ForOfStatement' ? child(node, 'body') : undefined;
  if (!body) return;
  edits.appendRight(body.start, `{ ${CHECK} `);
  edits.appendLeft(body.end, ' }');
}

function afterDirectives(body: Node): number {
  let at = body.start + 1;
  for (const statement of list(body, 'body')) {
    if (text(statement, 'directive') === undefined) break;
    at = statement.end;
  }
  return at;
}
