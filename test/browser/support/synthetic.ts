/** On one line, so that the cell's output is in sight. */
const oneLine = (code: string): string => code.trim().replace(/\s*\n\s*/g, ' ');

interface SyntheticOptions {
  steps: number;
  /** Milliseconds a step. */
  ms: number;
  /** At this step the run waits, still hearing its comm, until there is such a file. */
  hold?: { at: number; until: string };
}

/**
 * A cell that trains nothing but writes a run as the trainer does, in synchronous code: the kernel is busy all the while.
 */
export function syntheticRun({ steps, ms, hold }: SyntheticOptions): string {
  const held =
    hold === undefined ? 'false' : `step === ${hold.at} && !existsSync(${JSON.stringify(hold.until)})`;
  return oneLine(`
import { existsSync } from 'node:fs';
import { currentHost, newRunId, openOutlet, RunRecord } from 'gradoscope';
const cellId = currentHost()?.cell().id;
const record = new RunRecord({
  id: newRunId(), name: 'synthetic', createdAt: new Date().toISOString(), status: 'running',
  config: {}, environment: {}, ...(cellId === undefined ? {} : { cellId }),
});
let paused = false;
let stop = false;
const outlet = openOutlet(record, {
  command(command) {
    if (command === 'pause' || command === 'resume') {
      paused = command === 'pause';
      record.update({ status: paused ? 'paused' : 'running' });
    } else if (command === 'stop') stop = true;
    else return 'only pause, resume and stop';
    return undefined;
  },
  interrupt() { stop = true; },
});
record.declare({ name: 'gradient_norm', unit: '', kind: 'vector', shape: [3], dtype: 'float32', labels: ['conv', 'dense_1', 'dense_2'] });
const sleep = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const steps = ${steps};
const began = Date.now();
let step = 0;
while (step < steps && !stop) {
  if (paused || (${held})) { sleep(20); outlet.tick(); continue; }
  outlet.enterStep();
  step++;
  const at = { step, time: (Date.now() - began) / 1000, epoch: step / 100, examples: step * 32 };
  const loss = 2 * Math.exp(-step / 150);
  record.scalar('batch_loss', at, step % 90 === 0 ? NaN : loss * (1 + 0.2 * Math.sin(step)));
  record.append('gradient_norm', at, step % 250 === 0 ? [Infinity, 1, 1] : [loss, loss / 3, loss / 9]);
  if (step % 100 === 0) {
    record.scalar('loss', at, loss);
    record.scalar('val_loss', at, loss * 1.1);
  }
  record.update({ progress: { step, steps, epoch: step / 100, epochs: steps / 100, examplesPerSecond: 32000 / ${ms}, eta: ((steps - step) * ${ms}) / 1000 } });
  outlet.exitStep();
  outlet.tick();
  sleep(${ms});
}
record.update({ status: stop ? 'stopped' : 'finished' });
outlet.close();
`);
}

/** A cell that says what the kernel's record holds: name, count and last step of each series. */
export const KERNEL_COUNTS = `console.log(JSON.stringify([...record.series.values()].map((s) => [s.spec.name, s.length, s.axis('step').at(-1) ?? null])));`;

/** A cell that writes what the kernel makes of the run for the notebook, as a file beside it. */
export const kernelBundle = (file: string): string =>
  `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(file)}, JSON.stringify(outlet.represent()));`;
