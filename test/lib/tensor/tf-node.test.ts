/** `tf.node` under our load: images, TensorBoard logs, SavedModels. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inNode, nativeIsHere, root } from './support/child.js';

const savedModel = path.join(root, 'test/fixtures/saved-model/line');
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tf-node-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** The records of a TensorFlow event file: lengths of 8 bytes and their checksums of 4 around each. */
function records(file: string): Buffer[] {
  const bytes = fs.readFileSync(file);
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    found.push(bytes.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return found;
}

const eventFiles = (under: string): string[] =>
  (fs.readdirSync(under, { recursive: true }) as string[])
    .filter((name) => name.includes('tfevents'))
    .map((name) => path.join(under, name));

const having = (tag: string, all: readonly Buffer[]): number =>
  all.filter((record) => record.includes(tag)).length;

describe.skipIf(!nativeIsHere)('tf.node', () => {
  it('encodes and decodes images', () => {
    const { value, stderr } = inNode<Record<string, unknown>>(`const { tf } = await room.loadTensorFlow();
      const before = tf.memory().numTensors;
      const image = tf.tidy(() => tf.range(0, 8 * 8 * 3, 1, 'int32').reshape([8, 8, 3]));
      const png = await tf.node.encodePng(image);
      const jpeg = await tf.node.encodeJpeg(image, 'rgb', 100);
      const decoded = { png: tf.node.decodePng(png), any: tf.node.decodeImage(png), jpeg: tf.node.decodeJpeg(jpeg), gray: tf.node.decodeJpeg(jpeg, 1) };
      const off = (back) => tf.tidy(() => back.sub(image).abs().max().dataSync()[0]);
      const result = {
        heads: [[...png.slice(0, 4)], [...jpeg.slice(0, 2)]],
        shapes: Object.values(decoded).map(({ shape, dtype }) => shape.join('x') + dtype),
        png: off(decoded.png), any: off(decoded.any), jpeg: off(decoded.jpeg),
      };
      tf.dispose([image, decoded]);
      return { ...result, leaked: tf.memory().numTensors - before };`);
    const head = [
      [0x89, 0x50, 0x4e, 0x47],
      [0xff, 0xd8],
    ];
    expect(value).toMatchObject({ heads: head, png: 0, any: 0, leaked: 0 });
    expect(value.shapes).toEqual(['8x8x3int32', '8x8x3int32', '8x8x3int32', '8x8x1int32']);
    expect(value.jpeg).toBeLessThan(16); // JPEG loses some
    expect(stderr).toBe('');
  });

  it('writes scalars and histograms that TensorBoard reads', () => {
    const logs = path.join(folder, 'writer');
    const { error, stderr } = inNode(`const { tf } = await room.loadTensorFlow();
      const writer = tf.node.summaryFileWriter(${JSON.stringify(logs)});
      for (let step = 0; step < 3; step++) writer.scalar('loss', 1 / (step + 1), step);
      writer.histogram('weights', tf.tensor1d([1, 2, 3, 4]), 0);
      writer.flush();`);
    expect(error).toBeUndefined();
    expect(stderr).toBe('');
    const [file] = eventFiles(logs);
    const all = records(file as string);
    expect([having('loss', all), having('weights', all)]).toEqual([3, 1]);
  });

  it('logs a run of model.fit, with the histograms of its constant first biases', () => {
    const logs = path.join(folder, 'fit');
    const { value, error, stderr } = inNode<number>(`const { tf } = await room.loadTensorFlow();
      const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 1, name: 'line', trainable: false }), tf.layers.dense({ units: 1 })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      const [x, y] = [tf.ones([8, 2]), tf.ones([8, 1])];
      const callbacks = tf.node.tensorBoard(${JSON.stringify(logs)}, { histogramFreq: 1 });
      const { history } = await model.fit(x, y, { epochs: 2, validationData: [x, y], verbose: 0, callbacks });
      return history.loss.length;`);
    expect(error).toBeUndefined();
    expect(value).toBe(2);
    expect(stderr).toBe('');
    const all = eventFiles(logs).flatMap(records);
    expect(having('line/bias', all)).toBe(2); // zeros, that nothing trains
    expect(having('epoch_loss', all)).toBe(4); // of training and validation
  });

  it('runs a SavedModel, and says what is in it', () => {
    const { value, stderr } = inNode<Record<string, unknown>>(`const { tf } = await room.loadTensorFlow();
      const before = tf.memory().numTensors;
      const file = ${JSON.stringify(savedModel)};
      const [graph] = await tf.node.getMetaGraphsFromSavedModel(file);
      const model = await tf.node.loadSavedModel(file);
      const x = tf.tensor1d([1, 2, 3]);
      const [plain, named] = [model.predict(x), model.predict({ x })];
      const result = { tags: graph.tags, inputs: Object.keys(graph.signatureDefs.serving_default.inputs), plain: [...plain.dataSync()], named: [...named.y.dataSync()], loaded: tf.node.getNumOfSavedModels() };
      model.dispose();
      tf.dispose([x, plain, named]);
      return { ...result, left: tf.node.getNumOfSavedModels(), leaked: tf.memory().numTensors - before };`);
    const y = [3, 5, 7]; // 2x + 1
    expect(value).toEqual({
      tags: ['serve'],
      inputs: ['x'],
      plain: y,
      named: y,
      loaded: 1,
      left: 0,
      leaked: 0,
    });
    expect(stderr).toBe('');
  });
});
