/** `paths` of a tsconfig.json: patterns with at most one `*`, and the absolute paths that they stand for. */
export type Paths = Readonly<Record<string, readonly string[]>>;

/** Where a specifier may lead, best first; empty: no pattern fits. As TypeScript: a whole name first, then the longest prefix. */
export function mapped(specifier: string, paths: Paths): readonly string[] {
  const exact = Object.hasOwn(paths, specifier) ? paths[specifier] : undefined;
  if (exact) return exact;
  let best: { prefix: string; rest: string; targets: readonly string[] } | undefined;
  for (const [pattern, targets] of Object.entries(paths)) {
    const star = pattern.indexOf('*');
    if (star < 0) continue;
    const [prefix, suffix] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (specifier.length < prefix.length + suffix.length) continue;
    if (!specifier.startsWith(prefix) || !specifier.endsWith(suffix)) continue;
    if (best && best.prefix.length >= prefix.length) continue;
    best = { prefix, targets, rest: specifier.slice(prefix.length, specifier.length - suffix.length) };
  }
  return best?.targets.map((target) => target.replace('*', () => best.rest)) ?? [];
}
