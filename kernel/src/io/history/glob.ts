type Test = (character: string) => boolean;

/**
 * Whether a text matches a glob as SQLite and IPython read it: `*` anything, `?` one character, `[a-z]` one of these,
 * `[^a-z]` one not of these. Never slower than the product of both lengths, whatever the pattern.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const tokens = tokenize([...pattern]);
  return (text) => {
    const characters = [...text];
    let [i, j] = [0, 0];
    let [star, from] = [-1, 0];
    while (j < characters.length) {
      const token = tokens[i];
      if (token === '*') {
        star = i++;
        from = j;
      } else if (token?.(characters[j] ?? '') === true) {
        i += 1;
        j += 1;
      } else if (star >= 0) {
        i = star + 1;
        j = ++from;
      } else return false;
    }
    while (tokens[i] === '*') i += 1;
    return i === tokens.length;
  };
}

function tokenize(pattern: readonly string[]): ('*' | Test)[] {
  const tokens: ('*' | Test)[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? '';
    const end = character === '[' ? pattern.indexOf(']', i + (pattern[i + 1] === '^' ? 3 : 2)) : -1;
    if (character === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else if (character === '?') tokens.push(() => true);
    else if (end > 0) {
      tokens.push(oneOf(pattern.slice(i + 1, end)));
      i = end;
    } else tokens.push((other) => other === character);
  }
  return tokens;
}

function oneOf(set: readonly string[]): Test {
  const negated = set[0] === '^';
  const members = negated ? set.slice(1) : set;
  const tests: Test[] = [];
  for (let i = 0; i < members.length; i++) {
    const [first = '', dash, last] = members.slice(i, i + 3);
    if (dash === '-' && last !== undefined) {
      tests.push((c) => c >= first && c <= last);
      i += 2;
    } else tests.push((c) => c === first);
  }
  return (c) => tests.some((test) => test(c)) !== negated;
}
