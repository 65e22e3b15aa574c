import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_ENGINE, ENGINE_NAMES } from '../../engine/create.js';
import { isRecord } from '../../wire/message.js';
import { isOurSpec } from '../spec.js';
import { note, ok, wrong, type Finding, type Section } from './finding.js';
import { run } from './run.js';
import { firstLine, nodeFinding } from './versions.js';

/** An installed kernel spec of ours, or one that has its name. */
export interface Spec {
  readonly name: string;
  readonly folder: string;
  readonly argv: readonly string[];
  readonly ours: boolean;
  /** Why it cannot be read; undefined: it can. */
  readonly problem?: string;
}

/** All kernel specs, in the order in which Jupyter looks. */
export function readSpecs(folders: readonly string[]): Spec[] {
  return folders.flatMap((data) => {
    const kernels = path.join(data, 'kernels');
    if (!existsSync(kernels)) return [];
    return readdirSync(kernels)
      .map((name) => path.join(kernels, name))
      .filter((folder) => existsSync(path.join(folder, 'kernel.json')))
      .map(readSpec);
  });
}

function readSpec(folder: string): Spec {
  // Jupyter does not tell capital letters from small ones.
  const name = path.basename(folder).toLowerCase();
  try {
    const json: unknown = JSON.parse(readFileSync(path.join(folder, 'kernel.json'), 'utf8'));
    const argv = isRecord(json) && Array.isArray(json.argv) ? json.argv.map(String) : [];
    return { name, folder, argv, ours: isOurSpec(json) };
  } catch (error) {
    return { name, folder, argv: [], ours: name.startsWith('gradoscope'), problem: firstLine(error) };
  }
}

/** Looks at each kernel spec of ours. @param current The program that a spec of this copy of the kernel starts. */
export async function specSection(
  specs: readonly Spec[],
  folders: readonly string[],
  current: string,
): Promise<Section> {
  const ours = specs.filter((spec) => spec.ours);
  const findings: Finding[] = [note(`Jupyter looks in ${folders.join(', ')}`)];
  for (const spec of ours) {
    findings.push(note(`${spec.name}: ${spec.folder}`));
    findings.push(...(await checkSpec(spec, current)), ...shadowed(spec, specs));
  }
  if (ours.length === 0)
    findings.push(
      wrong('no kernel spec of Gradoscope is installed where Jupyter looks', 'gradoscope-kernel install'),
    );
  return { title: 'Kernel specs', findings };
}

/** The values of an option of `start`. */
export function optionValues(argv: readonly string[], option: string): string[] {
  return argv.flatMap((value, i) => (argv[i - 1] === option ? [value] : []));
}

async function checkSpec({ name, folder, argv, problem }: Spec, current: string): Promise<Finding[]> {
  const again = `gradoscope-kernel install --name ${name}, with the options that it had (for its place: --user, --sys-prefix or --prefix)`;
  if (problem !== undefined)
    return [wrong(`kernel.json cannot be read: ${problem}`, `Install it anew: ${again}`)];
  const findings: Finding[] = [];
  const [node = ''] = argv;
  const found = await run(node, ['--version'], 20);
  if (found.status === 0) findings.push(nodeFinding(found.stdout.trim(), node));
  else findings.push(wrong(`its node ${node} does not run: ${found.problem}`, `Install it anew: ${again}`));
  const program = argv.find((value) => value.endsWith('gradoscope-kernel.cjs')) ?? '';
  if (!existsSync(program))
    findings.push(wrong(`its program ${program} is gone`, `Install it anew: ${again}`));
  else if (path.resolve(program) !== current)
    findings.push(note(`it starts another copy of the kernel: ${program}`));
  if (!argv.includes('--no-force-async-hooks-checks')) {
    const text =
      'node is started without --no-force-async-hooks-checks, so that an interrupt can end the kernel';
    findings.push(wrong(text, `Install it anew: ${again}`));
  }
  const [engine] = optionValues(argv, '--engine');
  if (engine === undefined || ENGINE_NAMES.includes(engine))
    findings.push(ok(`engine ${engine ?? `${DEFAULT_ENGINE} (default)`}`));
  else
    findings.push(
      wrong(
        `its engine ${engine} is unknown; there are ${ENGINE_NAMES.join(', ')}`,
        `Install it anew: ${again}`,
      ),
    );
  for (const file of optionValues(argv, '--preload'))
    if (!existsSync(file))
      findings.push(wrong(`its preload ${file} is gone`, `Build it, or install the spec anew: ${again}`));
  for (const logo of ['logo-svg.svg', 'logo-32x32.png', 'logo-64x64.png'])
    if (!existsSync(path.join(folder, logo))) findings.push(note(`it has no ${logo}`));
  return findings;
}

function shadowed(spec: Spec, specs: readonly Spec[]): Finding[] {
  const first = specs.find((other) => other.name === spec.name);
  if (first === undefined || first === spec) return [];
  const text = `Jupyter never starts this one: ${first.folder} has the same name and comes first`;
  return [wrong(text, `Remove one of the two folders, or install this one under another --name.`)];
}
