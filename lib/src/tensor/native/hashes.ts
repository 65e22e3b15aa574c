import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** In hex. */
export function sha256(data: Uint8Array): string {
  return crypto.createHash('sha256').update(data).digest('hex');
}

/** In hex; the file may be large. */
export async function fileSha256(file: string): Promise<string> {
  const hash = crypto.createHash('sha256');
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Bytes by file, for files of `folder`. */
export function sizesOf(folder: string, files: readonly string[]): Record<string, number> {
  return Object.fromEntries(files.map((file) => [file, fs.statSync(path.join(folder, file)).size]));
}

/** sha256 by file, for files of `folder`. */
export async function hashesOf(folder: string, files: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const file of files) hashes[file] = await fileSha256(path.join(folder, file));
  return hashes;
}

/** All files below a folder, by their paths from there, in order. */
export function listFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(folder, name)).isFile())
    .sort();
}
