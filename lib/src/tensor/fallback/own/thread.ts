import { workerData } from 'node:worker_threads';
import { CONTROL, type ThreadData } from './threads.js';
import { instantiate } from './web-assembly.js';

/** A thread: waits for its turn, does its part of a kernel, and again. It ends with the process. */
const { program, memory, control, part } = workerData as ThreadData;
const { run } = instantiate(program, memory);
let turn = Atomics.load(control, CONTROL.turn);
Atomics.add(control, CONTROL.ready, 1);
for (;;) {
  Atomics.wait(control, CONTROL.turn, turn);
  turn = Atomics.load(control, CONTROL.turn);
  try {
    const [kernel, work, parts] = [CONTROL.kernel, CONTROL.work, CONTROL.parts].map((place) =>
      Atomics.load(control, place),
    ) as [number, number, number];
    run(kernel, work, part, parts);
  } catch {
    Atomics.store(control, CONTROL.failed, 1);
  }
  if (Atomics.sub(control, CONTROL.left, 1) === 1) Atomics.notify(control, CONTROL.left);
}
