const CLOSERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * The offset within the name of the function whose arguments an offset stands among; undefined: it stands in no call.
 * Brackets are counted as they come: one in a string may mislead, and then nothing is found.
 */
export function calleeBefore(code: string, offset: number): number | undefined {
  const expected: string[] = [];
  for (let at = offset - 1; at >= 0; at--) {
    const character = code[at] ?? '';
    const opener = CLOSERS[character];
    if (opener !== undefined) expected.push(opener);
    else if ('([{'.includes(character)) {
      if (expected.length > 0) {
        if (expected.pop() !== character) return undefined;
      } else if (character === '(') {
        const name = /([\p{ID_Continue}$]+)\s*(?:<[^()]*>)?\s*$/u.exec(code.slice(0, at));
        return name ? name.index : undefined;
      }
    }
  }
  return undefined;
}
