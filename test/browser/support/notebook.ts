import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';

export interface CodeCell {
  id: string;
  source: string;
  outputs?: object[];
}

/** Writes a notebook into the folder that JupyterLab serves. @returns its name */
export function writeNotebook(name: string, cells: readonly CodeCell[], kernel = 'gradoscope'): string {
  const json = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: kernel, display_name: kernel, language: 'typescript' },
      language_info: { name: 'typescript' },
    },
    cells: cells.map(({ id, source, outputs = [] }) => ({
      cell_type: 'code',
      id,
      metadata: {},
      execution_count: null,
      source,
      outputs,
    })),
  };
  writeFileSync(join(inject('jupyter').notebooks, name), JSON.stringify(json));
  return name;
}

export interface SavedCell {
  id: string;
  outputs: { output_type: string; data?: Record<string, unknown>; text?: string | string[] }[];
}

/** The cells of a notebook as they are in the file, once it is whole: the server may be writing it. */
export async function savedCells(name: string): Promise<SavedCell[]> {
  const file = join(inject('jupyter').notebooks, name);
  for (let left = 50; ; left--) {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { cells: SavedCell[] }).cells;
    } catch (error) {
      if (left === 0) throw error;
      await setTimeout(100);
    }
  }
}

/** Makes an empty file beside the notebooks. */
export function touch(name: string): void {
  writeFileSync(join(inject('jupyter').notebooks, name), '');
}

/** A display_data output with this bundle. */
export function displayData(data: Record<string, unknown>): object {
  return { output_type: 'display_data', data, metadata: {} };
}

/** Reads a JSON file beside the notebooks. */
export function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(inject('jupyter').notebooks, name), 'utf8'));
}
