import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { RUN_MIME } from 'gradoscope/run';
import type { ISessionRuns } from '../tokens.js';
import type { Theme } from '../view/theme.js';
import { RunRenderer } from './renderer.js';

/** Ahead of Plotly's own renderer, which has rank 2 and would show the static figure. */
export const RANK = 1;

/**
 * Makes renderers of runs.
 * @param runs the runs of the notebook in which they are shown, or `undefined` where there is no notebook: then nothing is live
 */
export function rendererFactory(theme: Theme, runs?: () => ISessionRuns): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [RUN_MIME],
    defaultRank: RANK,
    createRenderer: () => new RunRenderer(theme, runs?.()),
  };
}
