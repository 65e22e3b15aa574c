import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const beatMs = 2_000;
const staleMs = 30_000;

/**
 * Runs `body` while holding the lock file, so that two processes never provision the same thing at once. A lock whose
 * process is gone, or which has not been touched for 30 s, is broken.
 * @param onWait called once when another process holds the lock, with its process id
 */
export async function withLock<T>(
  file: string,
  onWait: (pid: number) => void,
  body: () => Promise<T>,
): Promise<T> {
  for (let told = false; !tryLock(file); await sleep(200)) {
    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (isStale(file, holder)) {
      breakLock(file, holder);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
  }
  const beat = setInterval(() => {
    try {
      fs.utimesSync(file, new Date(), new Date());
    } catch {
      // Someone removed it by hand: the work goes on.
    }
  }, beatMs);
  try {
    return await body();
  } finally {
    clearInterval(beat);
    if (readHolder(file) === process.pid) fs.rmSync(file, { force: true });
  }
}

/** The lock appears with its content in one step, so that nobody reads half of it. */
function tryLock(file: string): boolean {
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function readHolder(file: string): number | undefined {
  try {
    return Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
  } catch {
    return undefined;
  }
}

function isStale(file: string, pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  try {
    return Date.now() - fs.statSync(file).mtimeMs > staleMs;
  } catch {
    return false;
  }
}

/** Of several waiters one breaks the lock: renaming succeeds once. A lock that was taken meanwhile is put back. */
function breakLock(file: string, stale: number): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (readHolder(aside) !== stale) fs.linkSync(aside, file);
  } catch {
    return;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}
