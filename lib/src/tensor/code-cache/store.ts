import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { checkPrivateFolder, makePrivateFolder, nativeCacheRoot } from '../native/cache.js';

/** Compiled code by the hash of its source. */
export type CompiledCode = ReadonlyMap<string, Buffer>;

const HASH_BYTES = 32;

export const hashOf = (content: string | Buffer): Buffer =>
  crypto.createHash('sha256').update(content).digest();

/** One file a version of node: V8 refuses the code of another. It lies beside native TensorFlow, in a folder of the user's own. */
export function codeFile(): string {
  return path.join(nativeCacheRoot(), '..', 'code', `tfjs-${process.version}-${process.arch}.bin`);
}

/** @returns undefined when there is no such file, or when it is torn, or could be another user's. */
export function readCode(file: string): CompiledCode | undefined {
  try {
    checkPrivateFolder(path.dirname(file));
    const bytes = fs.readFileSync(file);
    const body = bytes.subarray(HASH_BYTES);
    // V8 trusts what it is given: a torn file must not reach it.
    if (!hashOf(body).equals(bytes.subarray(0, HASH_BYTES))) return undefined;
    const found: unknown = v8.deserialize(body);
    return found instanceof Map ? (found as CompiledCode) : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the file in one move. @throws Error when the folder is not the user's own, or cannot be written. */
export function writeCode(file: string, code: CompiledCode): void {
  makePrivateFolder(path.dirname(file));
  const body = v8.serialize(code);
  const fresh = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(fresh, Buffer.concat([hashOf(body), body]), { mode: 0o600 });
    fs.renameSync(fresh, file);
  } catch (error) {
    fs.rmSync(fresh, { force: true });
    throw error;
  }
}
