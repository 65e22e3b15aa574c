import path from 'node:path';
import { PROGRAM } from '../spec.js';
import { render, type Section } from './finding.js';
import { findJupyter, jupyterSection, specFolders } from './jupyter.js';
import { preloadSection } from './preloads.js';
import { readSpecs, specSection } from './specs.js';
import { versions } from './versions.js';

/** Prints what runs where, and what is wrong with what to do. @returns The exit status: 1 when something is wrong. */
export async function doctor(): Promise<number> {
  const jupyter = await findJupyter();
  const folders = specFolders(jupyter);
  const specs = readSpecs(folders);
  const program = path.join(__dirname, '../../../bin', PROGRAM);
  const sections: Section[] = [
    versions(),
    jupyterSection(jupyter),
    await specSection(specs, folders, program),
    await preloadSection(specs),
  ];
  process.stdout.write(render(sections));
  return sections.some(({ findings }) => findings.some(({ level }) => level === 'wrong')) ? 1 : 0;
}
