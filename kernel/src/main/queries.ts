import type { Engine } from '../engine/engine.js';
import type { Query } from '../shared/protocol.js';
import type { Content } from '../wire/message.js';

/** UTF-16 offset of a number of code points. */
export function toUnits(code: string, points: number): number {
  let at = 0;
  for (const character of code) {
    if (points-- <= 0) break;
    at += character.length;
  }
  return at;
}

/** Code points before a UTF-16 offset. */
export function toPoints(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}

/** Answers what asks about code without running it. */
export async function answer(engine: () => Engine, query: Query): Promise<Content> {
  try {
    return await ask(engine(), query);
  } catch (error) {
    // The client waits for some answer.
    const [ename, evalue] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)];
    return { status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`] };
  }
}

async function ask(engine: Engine, query: Query): Promise<Content> {
  const { code } = query;
  const offset = toUnits(code, query.cursor);
  switch (query.kind) {
    case 'complete': {
      const { matches, start, end, kinds } = await engine.complete(code, offset);
      const [from, to] = [toPoints(code, start), toPoints(code, end)];
      const types = matches.map((text, i) => ({ text, start: from, end: to, type: kinds[i] ?? '' }));
      return {
        status: 'ok',
        matches,
        cursor_start: from,
        cursor_end: to,
        metadata: { _jupyter_types_experimental: types },
      };
    }
    case 'inspect': {
      const data = await engine.inspect(code, offset);
      return { status: 'ok', found: data !== undefined, data: data ?? {}, metadata: {} };
    }
    case 'is_complete':
      return { ...(await engine.isComplete(code)) };
  }
}
