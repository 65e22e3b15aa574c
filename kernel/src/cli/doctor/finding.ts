/** One thing that was looked at. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'wrong';
  readonly text: string;
  /** What to do; always there where something is wrong. */
  readonly remedy?: string;
}

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const note = (text: string): Finding => ({ level: 'note', text });
export const wrong = (text: string, remedy: string): Finding => ({ level: 'wrong', text, remedy });

const MARKS = { ok: ' ok  ', note: '     ', wrong: 'WRONG' } as const;

export function render(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ title, findings }) => [
    title,
    ...findings.flatMap(({ level, text, remedy }) => [
      `  ${MARKS[level]} ${text}`,
      ...(remedy === undefined ? [] : [`        → ${remedy}`]),
    ]),
    '',
  ]);
  const count = sections
    .flatMap((section) => section.findings)
    .filter(({ level }) => level === 'wrong').length;
  const end =
    count === 0 ? 'Nothing is wrong.' : `${count} ${count === 1 ? 'thing is' : 'things are'} wrong.`;
  return [...lines, end, ''].join('\n');
}
