import type { SourceMapPayload } from 'node:module';

/** From the CommonJS that runs to the JavaScript of the first pass, and from there to the cell's TypeScript. */
export interface CellMaps {
  readonly typescript: SourceMapPayload;
  readonly commonjs: SourceMapPayload;
}

const COMMENT = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)/;

export function takeInlineMap(input: string): { code: string; map: SourceMapPayload | undefined } {
  const found = COMMENT.exec(input);
  if (found?.[1] === undefined) return { code: input, map: undefined };
  const map = JSON.parse(Buffer.from(found[1], 'base64').toString('utf8')) as SourceMapPayload;
  return { code: input.replace(COMMENT, ''), map };
}
