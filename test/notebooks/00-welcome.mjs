/** What the executed welcome notebook must hold, natively and on the fallback. */
const RUN = 'application/vnd.gradoscope.run.v1+json';
const [PLOTLY, SVG] = ['application/vnd.plotly.v1+json', 'image/svg+xml'];

/**
 * @param {{ cells: { cell_type: string, metadata: { execution?: Record<string, string> }, outputs?: any[] }[] }} notebook executed
 * @param {boolean} native was native TensorFlow there?
 * @returns {string[]} what does not hold
 */
export function check(notebook, native) {
  const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
  const text = outputs.map((output) => [output.text ?? ''].flat().join('')).join('');
  const data = outputs.map((output) => output.data ?? {});
  const runs = data.filter((bundle) => bundle[RUN] !== undefined);
  const problems = [];
  const must = (holds, what) => holds || problems.push(what);

  must((native ? /runs on the (native|gpu) backend/ : /runs on the wasm backend/).test(text), 'the first cell names another backend');
  must(runs.length === (native ? 2 : 1), `${runs.length} live runs`);
  for (const bundle of runs) {
    const run = bundle[RUN];
    must(['finished', 'stopped'].includes(run.status), `run ${run.name} is ${run.status}`);
    must(bundle[PLOTLY] && bundle[SVG] && bundle['text/plain'], `run ${run.name} lacks a fallback`);
    must(bundle['text/html'] === undefined, `run ${run.name} has HTML`);
    const bytes = JSON.stringify(bundle, undefined, 1).replace(/^/gm, ' '.repeat(6)).length; // as in the file
    must(bytes < 200_000, `run ${run.name} takes ${bytes} bytes`);
    const names = run.chunk.specs.map(({ name }) => name);
    for (const name of ['loss', 'val_loss', 'accuracy', 'val_accuracy', 'gradient_norm', 'restored_weights']) {
      must(names.includes(name), `run ${run.name} has no ${name}`);
    }
  }

  const shares = Object.fromEntries(
    [...text.matchAll(/The (MLP|CNN) reads ([\d.]+) % of the test digits/g)].map(([, net, share]) => [net, Number(share)]),
  );
  must(shares.MLP >= 95, `the MLP reads ${shares.MLP} %, not 95 % or more`);
  if (native) {
    must(shares.CNN >= 97, `the CNN reads ${shares.CNN} %, not 97 % or more`);
  } else {
    must(/The CNN is skipped: its convolutions take the wasm backend many times as long/.test(text), 'it does not say why the CNN is skipped');
    must(/npx gradoscope native|GRADOSCOPE_BACKEND/.test(text), 'it does not say how to get native TensorFlow');
  }
  must(/validation loss fell from/.test(text), 'it does not say in words what happened');
  must(data.filter((bundle) => bundle[SVG] !== undefined).length >= runs.length + 3, 'digits, confusion matrix or mistakes are not shown');
  return problems;
}
