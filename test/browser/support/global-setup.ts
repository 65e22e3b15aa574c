import type { TestProject } from 'vitest/node';
import { startJupyter } from './jupyter.js';

declare module 'vitest' {
  interface ProvidedContext {
    jupyter: { url: string; token: string; notebooks: string };
  }
}

/** One JupyterLab for all browser tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, token, notebooks, stop } = await startJupyter();
  project.provide('jupyter', { url, token, notebooks });
  return stop;
}
