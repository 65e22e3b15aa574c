import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const beatMs = 2_000;
const staleMs = 30_000;

/**
 * Runs `body` alone: a second process that asks for the same lock waits. A lock whose process is gone, or that has not
 * been touched for 30 s (then its number belongs to another program by now), is broken.
 * @template T
 * @param {string} file
 * @param {(pid: string) => void} onWait
 * @param {() => Promise<T>} body
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, body) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; !tryLock(file); await sleep(100)) {
    const holder = read(file);
    if (holder === undefined) continue;
    if (isStale(file, Number(holder))) {
      breakLock(file);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
  }
  const release = () => fs.rmSync(file, { force: true });
  const beat = setInterval(() => touch(file), beatMs);
  process.on('exit', release);
  try {
    return await body();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

/** The lock appears with its content in one step. @param {string} file */
function tryLock(file) {
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** @param {string} file */
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function touch(file) {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // Removed by hand: the work goes on.
  }
}

/** @param {string} file @param {number} pid */
function isStale(file, pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return true;
  }
  const touched = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched > staleMs;
}

/** Of several that wait, one breaks the lock: the file can be renamed once. @param {string} file */
function breakLock(file) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    fs.renameSync(file, aside);
    fs.rmSync(aside, { force: true });
  } catch {
    // Another was faster.
  }
}
