import type * as TS from '@tslab/typescript-for-tslab';

/** Names that compiled code uses; see Context.hooks. */
export const HOOKS = '__gradoscope';
export const CELL = '__gradoscope_cell';

/**
 * Makes `await` carry the cell: each async function notes its caller's cell when it begins, and each `await` in it
 * returns to that cell, or never when that cell has been interrupted:
 *
 *     async function f() { const cell = hooks.capture(); … hooks.after(cell, await hooks.before(cell, x)) … }
 */
export function carryContext(ts: typeof TS): TS.TransformerFactory<TS.SourceFile> {
  return (context) => {
    const { factory } = context;
    const hooks = (name: string, ...args: TS.Expression[]): TS.Expression =>
      factory.createCallExpression(
        factory.createPropertyAccessExpression(factory.createIdentifier(HOOKS), name),
        undefined,
        args,
      );
    const cell = (): TS.Expression => factory.createIdentifier(CELL);
    const restore = (): TS.Statement => factory.createExpressionStatement(hooks('restore', cell()));
    // A file that a cell imports has no cell of its own.
    const restoreIfCell = (): TS.Statement => {
      const kind = factory.createTypeOfExpression(cell());
      const isThere = factory.createStrictInequality(kind, factory.createStringLiteral('undefined'));
      return factory.createIfStatement(isThere, restore());
    };
    const capture = (): TS.Statement => {
      const declaration = factory.createVariableDeclaration(CELL, undefined, undefined, hooks('capture'));
      return factory.createVariableStatement(
        undefined,
        factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
      );
    };
    const isAsync = (node: TS.Node): boolean =>
      ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword);
    const prepend = (body: TS.Block, statement: TS.Statement): TS.Block => {
      const directives = body.statements.findIndex(
        (s) => !(ts.isExpressionStatement(s) && ts.isStringLiteral(s.expression)),
      );
      const at = directives < 0 ? body.statements.length : directives;
      const statements = [...body.statements.slice(0, at), statement, ...body.statements.slice(at)];
      return factory.updateBlock(body, statements);
    };

    const visitAsync = (node: TS.Node): TS.Node => {
      const inner = ts.visitEachChild(node, visit, context);
      if (ts.isFunctionDeclaration(inner) && inner.body) {
        const { modifiers, asteriskToken, name, typeParameters, parameters, type } = inner;
        return factory.updateFunctionDeclaration(
          inner,
          modifiers,
          asteriskToken,
          name,
          typeParameters,
          parameters,
          type,
          prepend(inner.body, capture()),
        );
      }
      if (ts.isFunctionExpression(inner)) {
        const { modifiers, asteriskToken, name, typeParameters, parameters, type } = inner;
        return factory.updateFunctionExpression(
          inner,
          modifiers,
          asteriskToken,
          name,
          typeParameters,
          parameters,
          type,
          prepend(inner.body, capture()),
        );
      }
      if (ts.isMethodDeclaration(inner) && inner.body) {
        const { modifiers, asteriskToken, name, questionToken, typeParameters, parameters, type } = inner;
        const body = prepend(inner.body, capture());
        return factory.updateMethodDeclaration(
          inner,
          modifiers,
          asteriskToken,
          name,
          questionToken,
          typeParameters,
          parameters,
          type,
          body,
        );
      }
      if (ts.isArrowFunction(inner)) {
        const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } = inner;
        const block = ts.isBlock(body)
          ? prepend(body, capture())
          : factory.createBlock([capture(), factory.createReturnStatement(body)], false);
        return factory.updateArrowFunction(
          inner,
          modifiers,
          typeParameters,
          parameters,
          type,
          equalsGreaterThanToken,
          block,
        );
      }
      return inner;
    };

    const visit = (node: TS.Node): TS.Node => {
      if (isAsync(node)) return visitAsync(node);
      const inner = ts.visitEachChild(node, visit, context);
      if (ts.isAwaitExpression(inner)) {
        return hooks(
          'after',
          cell(),
          factory.updateAwaitExpression(inner, hooks('before', cell(), inner.expression)),
        );
      }
      if (ts.isForOfStatement(inner) && inner.awaitModifier) {
        const check = factory.createExpressionStatement(hooks('after', cell(), factory.createVoidZero()));
        const body = factory.createBlock([check, inner.statement]);
        return factory.updateForOfStatement(
          inner,
          inner.awaitModifier,
          inner.initializer,
          inner.expression,
          body,
        );
      }
      const around = ts.isCatchClause(inner) ? surroundings(ts, node) : 'other';
      if (ts.isCatchClause(inner) && around !== 'other') {
        const first = around === 'async' ? restore() : restoreIfCell();
        return factory.updateCatchClause(inner, inner.variableDeclaration, prepend(inner.block, first));
      }
      return inner;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

/** What the nearest function around the node is; `top`: there is none. */
function surroundings(ts: typeof TS, node: TS.Node): 'async' | 'other' | 'top' {
  for (let at: TS.Node | undefined = node.parent; at; at = at.parent) {
    if (ts.isFunctionLike(at) || ts.isClassStaticBlockDeclaration(at) || ts.isPropertyDeclaration(at)) {
      const modifiers = ts.canHaveModifiers(at) ? (ts.getModifiers(at) ?? []) : [];
      return modifiers.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword) ? 'async' : 'other';
    }
  }
  return 'top';
}
