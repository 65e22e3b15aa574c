import { describe, expect, it } from 'vitest';
import { BadMessage, Codec } from '../../kernel/dist/wire/codec.js';
import { endpoint, parseConnection } from '../../kernel/dist/wire/connection.js';

const message = {
  type: 'execute_request',
  parent: undefined,
  content: { code: '1 + 1' },
  buffers: [new Uint8Array([1, 2])],
};
const codecOf = (key: string): Codec => new Codec(key, 'hmac-sha256');
const frames = (codec: Codec): Buffer[] => codec.encode(message, ['client']);

describe('Codec', () => {
  const codec = new Codec('secret', 'hmac-sha256');

  it('reads what it wrote', () => {
    const read = codec.decode(frames(codec));
    expect(read.header.msg_type).toBe('execute_request');
    expect(read.content).toEqual({ code: '1 + 1' });
    expect(read.identities.map(String)).toEqual(['client']);
    expect(read.buffers.map((b) => [...b])).toEqual([[1, 2]]);
    expect(read.parent).toBeUndefined();
  });

  it('signs as RFC 4231 defines HMAC-SHA256', async () => {
    const { createHmac } = await import('node:crypto');
    const [, , signature, ...parts] = frames(codec);
    const expected = createHmac('sha256', 'secret')
      .update(Buffer.concat(parts.slice(0, 4)))
      .digest('hex');
    expect(String(signature)).toBe(expected);
  });

  it.each([
    ['a changed content', 6],
    ['a changed header', 3],
    ['a changed signature', 2],
  ])('refuses %s', (_name, at) => {
    const bad = frames(codec);
    bad[at] = Buffer.from(String(bad[at]).replace(/.$/, '!'));
    expect(() => codec.decode(bad)).toThrow(BadMessage);
  });

  it('refuses a signature of another length, an empty one, and another key', () => {
    for (const signature of ['', 'ab']) {
      const bad = frames(codec);
      bad[2] = Buffer.from(signature);
      expect(() => codec.decode(bad)).toThrow('signature');
    }
    expect(() => codec.decode(frames(new Codec('other', 'hmac-sha256')))).toThrow('signature');
  });

  it('drops what comes again, and remembers within bounds', () => {
    const other = new Codec('secret', 'hmac-sha256', 100);
    const sent = frames(codec);
    expect(other.decode(sent).header.msg_type).toBe('execute_request');
    expect(() => other.decode(sent)).toThrow('has come before');
    const later = Array.from({ length: 110 }, () => frames(codec));
    for (const next of later) other.decode(next);
    expect(() => other.decode(later[100] ?? [])).toThrow('has come before');
    expect(other.decode(sent).header.msg_type).toBe('execute_request');
  });

  it('takes messages without a signature when there is no key', () => {
    const open = new Codec('', 'hmac-sha256');
    const sent = frames(open);
    expect(String(sent[2])).toBe('');
    for (let i = 0; i < 2; i++) expect(open.decode(sent).header.msg_type).toBe('execute_request');
  });

  it.each(['hmac-sha512', 'hmac-sha1', 'hmac-sha3-256', 'hmac-md5'])('signs with %s', (scheme) => {
    const one = new Codec('k', scheme);
    expect(new Codec('k', scheme).decode(frames(one)).content).toEqual({ code: '1 + 1' });
  });

  it('keeps fields that it does not know', () => {
    const sender = new Codec('', 'hmac-sha256');
    const sent = sender.encode({ ...message, header: { ...sender.header('a'), extra: 1 } as never }, []);
    expect(codecOf('').decode(sent).header).toMatchObject({ extra: 1 });
  });

  it.each([
    ['no frames', []],
    ['no delimiter', ['a', 'b']],
    ['too few frames', ['<IDS|MSG>', '', '{}', '{}']],
    ['no JSON', ['<IDS|MSG>', '', '{', '{}', '{}', '{}']],
    ['an array for a header', ['<IDS|MSG>', '', '[]', '{}', '{}', '{}']],
    ['a header without a type', ['<IDS|MSG>', '', '{"msg_id":"1","session":"s"}', '{}', '{}', '{}']],
    [
      'null for the content',
      ['<IDS|MSG>', '', '{"msg_id":"1","session":"s","msg_type":"t"}', '{}', '{}', 'null'],
    ],
  ])('refuses %s', (_name, parts) => {
    const open = new Codec('', 'hmac-sha256');
    expect(() => open.decode(parts.map((part) => Buffer.from(part)))).toThrow(BadMessage);
  });

  it('names a bad scheme', () => {
    expect(() => new Codec('k', 'md5')).toThrow('signature_scheme is "md5"');
    expect(() => new Codec('k', 'hmac-none')).toThrow('signature_scheme');
  });
});

describe('the connection file', () => {
  const ports = { shell_port: 1, control_port: 2, stdin_port: 3, iopub_port: 4, hb_port: 5 };

  it('takes ip, ports and transport', () => {
    expect(endpoint(parseConnection({ ...ports, ip: '127.0.0.2' }), 'iopub')).toBe('tcp://127.0.0.2:4');
    expect(endpoint(parseConnection({ ...ports, transport: 'ipc', ip: '/tmp/k' }), 'hb')).toBe(
      'ipc:///tmp/k-5',
    );
  });

  it('takes port 0 with tcp, all interfaces, and IPv6', () => {
    const any = { ...ports, hb_port: 0, ip: '0.0.0.0' };
    expect(endpoint(parseConnection(any), 'hb')).toBe('tcp://0.0.0.0:*');
    expect(endpoint(parseConnection({ ...ports, ip: '*' }), 'hb')).toBe('tcp://*:5');
    expect(endpoint(parseConnection({ ...ports, ip: 'localhost' }), 'hb')).toBe('tcp://127.0.0.1:5');
    expect(endpoint(parseConnection({ ...ports, ip: '::1' }), 'hb')).toBe('tcp://[::1]:5');
  });

  it('takes the keys of CurveZMQ', () => {
    const keys = { curve_publickey: 'a'.repeat(40), curve_secretkey: 'b'.repeat(40) };
    expect(parseConnection({ ...ports, ...keys }).curve).toEqual({
      publicKey: 'a'.repeat(40),
      secretKey: 'b'.repeat(40),
    });
    expect(parseConnection({ ...ports, curve_publickey: null, curve_secretkey: null }).curve).toBeUndefined();
  });

  it.each([
    [{ ...ports, curve_publickey: 'a'.repeat(40) }, 'curve_secretkey'],
    [{ ...ports, curve_publickey: 'short', curve_secretkey: 'b'.repeat(40) }, 'Z85'],
    [{ ...ports, transport: 'ipc', hb_port: 0 }, 'hb_port is 0'],
    [{ ...ports, transport: 'udp' }, 'transport is "udp"'],
    [{ ...ports, hb_port: 70000 }, 'hb_port is 70000'],
    [{ ...ports, shell_port: 'x' }, 'shell_port is "x"'],
    [[], 'JSON object'],
  ])('names what is wrong', (value, words) => {
    expect(() => parseConnection(value)).toThrow(words);
  });
});
