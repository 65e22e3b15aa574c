import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { IOutputModel } from '@jupyterlab/rendermime';
import { isObject, RUN_MIME } from 'gradoscope/run';

/** The code cells of a notebook, or only the one named `id`. */
function codeCells(notebook: INotebookModel, id?: string): ICodeCellModel[] {
  return [...notebook.cells].filter(
    (cell): cell is ICodeCellModel => cell.type === 'code' && (id === undefined || cell.id === id),
  );
}

/** Run and chunk number of the snapshot in an output, if it holds one. */
export function snapshotIn(output: IOutputModel): { id: unknown; seq: number } | undefined {
  const json = output.data[RUN_MIME];
  if (!isObject(json)) return undefined;
  const chunk = json['chunk'];
  return { id: json['id'], seq: isObject(chunk) ? Number(chunk['seq']) || 0 : 0 };
}

/** All outputs of a notebook that show run `id`. */
export function outputsOf(notebook: INotebookModel, id: string): IOutputModel[] {
  return codeCells(notebook)
    .flatMap(({ outputs }) => Array.from({ length: outputs.length }, (_, i) => outputs.get(i)))
    .filter((output) => snapshotIn(output)?.id === id);
}

/** Adds an output to the code cell named `cellId`. @returns false when the notebook has no such cell */
export function addOutput(
  notebook: INotebookModel,
  cellId: string,
  bundle: Readonly<Record<string, unknown>>,
): boolean {
  const [cell] = codeCells(notebook, cellId);
  if (cell === undefined) return false;
  cell.outputs.add({ output_type: 'display_data', data: bundle as never, metadata: {} });
  return true;
}
