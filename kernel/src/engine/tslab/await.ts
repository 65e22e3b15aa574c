import type * as TS from '@tslab/typescript-for-tslab';

/**
 * Whether an `await` or a `for await` stands outside of all functions. tslab knows by TypeScript's diagnostics, of which
 * there is none for `for await` and for `await (…)`.
 */
export function hasToplevelAwait(ts: typeof TS, code: string): boolean {
  if (!/\bawait\b/.test(code)) return false;
  const found = (node: TS.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    return ts.forEachChild(node, found) ?? false;
  };
  // Only a module has `await` as a keyword.
  return found(ts.createSourceFile('cell.ts', `export {};${code}`, ts.ScriptTarget.Latest));
}
