import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Rpc, RpcError } from '../../../kernel/dist/engine/ts7/checker/rpc.js';

/** An Rpc whose other side is the test. */
function peer() {
  const input = new PassThrough();
  const output = new PassThrough();
  const rpc = new Rpc(input, output, (method) => `answer to ${method}`);
  const frame = (message: object): Buffer => {
    const body = Buffer.from(JSON.stringify(message));
    return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
  };
  const sent = async (): Promise<unknown> => {
    if (output.readableLength === 0) await once(output, 'readable');
    return JSON.parse(String(output.read()).split('\r\n\r\n')[1] ?? '');
  };
  return { rpc, input, frame, sent };
}

describe('JSON-RPC', () => {
  test('takes answers in pieces of any size, several in a piece, with characters of several bytes', async () => {
    const { rpc, input, frame } = peer();
    const answers = [rpc.request('a'), rpc.request('b'), rpc.request('c')];
    const bytes = Buffer.concat([2, 1, 3].map((id) => frame({ jsonrpc: '2.0', id, result: `😀${id}` })));
    for (const byte of bytes.subarray(0, 70)) input.write(Buffer.from([byte]));
    input.write(bytes.subarray(70));
    expect(await Promise.all(answers)).toEqual(['😀1', '😀2', '😀3']);
  });

  test('gives errors to who has asked, and ends all requests when it is closed', async () => {
    const { rpc, input, frame } = peer();
    const wrong = rpc.request('wrong');
    const waiting = rpc.request('waiting');
    input.write(frame({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'internal' } }));
    await expect(wrong).rejects.toThrow(RpcError);
    rpc.close(new Error('ended'));
    await expect(waiting).rejects.toThrow('ended');
    await expect(rpc.request('late')).rejects.toThrow('ended');
  });

  test('answers requests of the other side, and leaves out parameters that are not given', async () => {
    const { rpc, input, frame, sent } = peer();
    input.write(frame({ jsonrpc: '2.0', id: 'x', method: 'config', params: {} }));
    expect(await sent()).toEqual({ jsonrpc: '2.0', id: 'x', result: 'answer to config' });
    rpc.notify('exit');
    expect(await sent()).toEqual({ jsonrpc: '2.0', method: 'exit' });
  });
});
