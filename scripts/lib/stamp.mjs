import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * A hash of files and folders (with all that is in them), and of further texts.
 * @param {readonly string[]} paths
 * @param {readonly string[]} [texts]
 */
export function hashOf(paths, texts = []) {
  const hash = crypto.createHash('sha256');
  for (const file of paths.flatMap(filesBelow))
    hash.update(file).update('\0').update(fs.readFileSync(file)).update('\0');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex');
}

/** @param {string} start @returns {string[]} */
function filesBelow(start) {
  const stat = fs.statSync(start, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [start];
  const names = fs.readdirSync(start).filter((name) => name !== 'node_modules' && name !== '__pycache__');
  return names.sort().flatMap((name) => filesBelow(path.join(start, name)));
}

/** @param {string} file @param {string} hash */
export function isStamped(file, hash) {
  try {
    return fs.readFileSync(file, 'utf8') === hash;
  } catch {
    return false;
  }
}

/** Written when a step is done, and last. @param {string} file @param {string} hash */
export function stamp(file, hash) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, hash);
  fs.renameSync(`${file}.new`, file);
}
