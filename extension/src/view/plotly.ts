import type * as Module from 'plotly.js-dist';

export type Plotly = Pick<typeof Module, 'react' | 'purge' | 'toImage' | 'Icons'>;

let loading: Promise<Plotly> | undefined;

/** Plotly, in a chunk of its own that is fetched when the first chart is shown. A failed fetch is tried again next time. */
export function loadPlotly(): Promise<Plotly> {
  loading ??= import('plotly.js-dist').then(
    (module) => module.default,
    (error: unknown) => {
      loading = undefined;
      throw new Error('Plotly could not be loaded from the Jupyter server.', { cause: error });
    },
  );
  return loading;
}
