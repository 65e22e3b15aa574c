import { existsSync } from 'node:fs';
import path from 'node:path';
import { note, ok, wrong, type Finding, type Section } from './finding.js';
import { run } from './run.js';
import { optionValues, type Spec } from './specs.js';

const LOADER = path.join(__dirname, 'load-preload.js');
const SECONDS = 120;

/** Loads the preloads of the kernel specs, each in a process of its own, with the node of its spec. */
export async function preloadSection(specs: readonly Spec[]): Promise<Section> {
  const todo = new Map<string, { node: string; file: string }>();
  for (const { argv, ours } of specs) {
    const [node = process.execPath] = argv;
    if (!ours || !existsSync(node)) continue;
    for (const file of optionValues(argv, '--preload').filter((name) => existsSync(name)))
      todo.set(`${node}\0${file}`, { node, file });
  }
  const findings: Finding[] = [];
  for (const { node, file } of todo.values()) {
    const began = performance.now();
    const { status, stdout, problem } = await run(node, [LOADER, file], SECONDS);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (status === 0) findings.push(ok(`${file} loads in ${seconds} s; it provides ${stdout.trim()}`));
    else
      findings.push(
        wrong(`${file} does not load: ${problem}`, 'Build or install the package that it belongs to anew.'),
      );
  }
  return { title: 'Preloads', findings: findings.length > 0 ? findings : [note('none')] };
}
