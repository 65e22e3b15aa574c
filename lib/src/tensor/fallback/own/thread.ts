import { workerData } from 'node:worker_threads';
import { CONTROL, takeParts, type ThreadData } from './threads.js';
import { instantiate } from './web-assembly.js';

/** A thread: waits for its turn, does parts of a kernel, and again. It ends with the process. */
const { program, memory, control } = workerData as ThreadData;
const { run } = instantiate(program, memory);
let turn = Atomics.load(control, CONTROL.turn);
Atomics.add(control, CONTROL.ready, 1);
for (;;) {
  Atomics.wait(control, CONTROL.turn, turn);
  turn = Atomics.load(control, CONTROL.turn);
  takeParts(control, run);
}
