import { describe } from './describe.js';
import { Rich } from './rich.js';

interface Kind {
  readonly name: 'png' | 'jpeg';
  readonly type: string;
  readonly magic: readonly number[];
}

const PNG: Kind = { name: 'png', type: 'image/png', magic: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] };
const JPEG: Kind = { name: 'jpeg', type: 'image/jpeg', magic: [0xff, 0xd8, 0xff] };

/**
 * A PNG picture.
 * @param data The file's bytes, or these in base64.
 * @throws TypeError when it is neither, or not a PNG file
 */
export function png(data: Uint8Array | string): Rich {
  const bytes = picture(PNG, data);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length >= 24 ? `, ${view.getUint32(16)} × ${view.getUint32(20)} pixels` : '';
  return rich(PNG, bytes, size);
}

/**
 * A JPEG picture.
 * @param data The file's bytes, or these in base64.
 * @throws TypeError when it is neither, or not a JPEG file
 */
export function jpeg(data: Uint8Array | string): Rich {
  return rich(JPEG, picture(JPEG, data), '');
}

function rich({ name, type }: Kind, bytes: Buffer, size: string): Rich {
  return new Rich(
    type,
    bytes.toString('base64'),
    `${name.toUpperCase()} picture${size}, ${bytes.length} bytes`,
  );
}

function picture(kind: Kind, data: unknown): Buffer {
  const wanted = `a Uint8Array with the bytes of a ${kind.name.toUpperCase()} file, or these in base64`;
  let bytes: Buffer;
  if (data instanceof Uint8Array) bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  else if (typeof data === 'string' && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(data))
    bytes = Buffer.from(data, 'base64');
  else throw new TypeError(`${kind.name}: data must be ${wanted}; it is ${describe(data)}.`);
  if (startsWith(bytes, kind.magic)) return bytes;
  const other = [PNG, JPEG].find(({ magic }) => startsWith(bytes, magic));
  const what = other
    ? `a ${other.name.toUpperCase()} file: use ${other.name}()`
    : `${bytes.length} bytes of something else`;
  throw new TypeError(`${kind.name}: data must be ${wanted}; it is ${what}.`);
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);
