import type * as TS from '@tslab/typescript-for-tslab';

/** Whether a `for await` stands outside of all functions: TypeScript has no diagnostic for it by which tslab would know. */
export function hasToplevelForAwait(ts: typeof TS, code: string): boolean {
  if (!/\bfor\b[^]*\bawait\b/.test(code)) return false;
  const found = (node: TS.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isForOfStatement(node) && node.awaitModifier) return true;
    return ts.forEachChild(node, found) ?? false;
  };
  return found(ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest));
}
