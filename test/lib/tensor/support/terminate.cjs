// Terminates a training loop again and again, as the kernel's interrupt does, and reports the engine after each time.
// Usage: node --no-force-async-hooks-checks terminate.cjs BACKEND ROUNDS SEED RESTORE
'use strict';
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { loadTensorFlow, engineState } = require(path.join(__dirname, '../../../../lib/dist/tensor/index.js'));

const [backend, rounds, seed, restoring] = process.argv.slice(2);

/** [a termination is on its way, operations on the stack, the loop runs]; the first two are the kernel's flags. */
const flags = new Int32Array(new SharedArrayBuffer(12));
globalThis[Symbol.for('gradoscope.host')] = {
  cell: () => ({ msgId: 'cell' }),
  operating() {},
  stepping(active) {
    if (!active) {
      if (Atomics.load(flags, 1) > 0) Atomics.sub(flags, 1, 1);
      return;
    }
    for (;;) {
      Atomics.add(flags, 1, 1);
      if (Atomics.load(flags, 0) === 0) return;
      Atomics.sub(flags, 1, 1);
      Atomics.wait(flags, 0, 1, 10);
    }
  },
};

/** On each message it waits so many milliseconds and terminates what the main thread runs, outside of operations. */
const terminator = new Worker(
  `const { Session } = require('node:inspector');
   const { parentPort, workerData: flags } = require('node:worker_threads');
   const terminate = () => {
     if (Atomics.load(flags, 1) > 0) return setTimeout(terminate, 1);
     const session = new Session();
     session.connectToMainThread();
     session.post('Runtime.terminateExecution', () => { session.disconnect(); parentPort.postMessage('terminated'); });
   };
   parentPort.on('message', (ms) => Atomics.wait(flags, 2, 0) && setTimeout(() => { Atomics.store(flags, 0, 1); terminate(); }, ms));`,
  { eval: true, workerData: flags },
);

let state = Number(seed);
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

async function main() {
  const { tf } = await loadTensorFlow({ backend });
  const x = tf.randomNormal([64, 8], 0, 1, 'float32', 1);
  const y = tf.randomNormal([64, 1], 0, 1, 'float32', 2);
  const hidden = tf.variable(tf.randomNormal([8, 16], 0, 0.3, 'float32', 3));
  const output = tf.variable(tf.randomNormal([16, 1], 0, 0.3, 'float32', 4));
  const optimizer = tf.train.adam(0.01);
  const step = () => optimizer.minimize(() => x.matMul(hidden).relu().matMul(output).sub(y).square().mean());
  engineState(); // the first call begins to watch
  for (let i = 0; i < 3; i++) step();

  const picture = () => {
    const { scopeStack, activeScope, activeTape, gradientDepth, kernelDepth } = tf.engine().state;
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    const scopes = scopeStack.length;
    const variables = Object.keys(tf.engine().registeredVariables).length;
    return {
      scopes,
      scope: activeScope === null,
      tape: activeTape === null,
      gradientDepth,
      kernelDepth,
      numTensors,
      numBytes,
      numDataBuffers,
      variables,
    };
  };
  const before = picture();
  const after = [];
  const readable = [];
  for (let round = 0; round < Number(rounds); round++) {
    const restore = engineState();
    const ended = new Promise((resolve) => terminator.once('message', resolve));
    terminator.postMessage(5 + 25 * random());
    setTimeout(() => {
      Atomics.store(flags, 2, 1);
      Atomics.notify(flags, 2);
      for (;;) step();
    }, 0);
    await ended;
    Atomics.store(flags, 0, 0);
    Atomics.store(flags, 2, 0);
    if (restoring === 'yes') restore();
    after.push(picture());
    readable.push(Number.isFinite(hidden.dataSync()[0] + output.dataSync()[0]));
  }
  let losses;
  if (restoring === 'yes') {
    const cost = () =>
      tf.tidy(() => x.matMul(hidden).relu().matMul(output).sub(y).square().mean().dataSync()[0]);
    tf.tidy(() => hidden.assign(tf.randomNormal([8, 16], 0, 0.3, 'float32', 3)));
    tf.tidy(() => output.assign(tf.randomNormal([16, 1], 0, 0.3, 'float32', 4)));
    losses = [cost()];
    for (let i = 0; i < 100; i++) step();
    losses.push(cost());
  }
  const result = { before, after, readable: readable.every(Boolean), losses, finally: picture() };
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
main();
