import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolder } from './paths.mjs';

/**
 * Programs that write into the checkout (npm, pip) outlive a set-up that is killed without warning, and would work against
 * the next one. So each is noted while it runs, with the time at which it started: its number alone may be another's later.
 * @typedef {{ program: string, started?: string }} Note
 */
const folder = path.join(stateFolder, 'running');

/** @param {number | undefined} pid @param {string} program */
export function note(pid, program) {
  if (pid === undefined) return;
  fs.mkdirSync(folder, { recursive: true });
  /** @type {Note} */
  const content = { program: path.basename(program), started: startTime(pid) };
  fs.writeFileSync(path.join(folder, String(pid)), JSON.stringify(content));
}

/** @param {number | undefined} pid */
export const forget = (pid) => fs.rmSync(path.join(folder, String(pid)), { force: true });

/**
 * Waits for what an earlier set-up has left running, but not for ever.
 * @param {(line: string) => void} say
 * @param {number} [limitMs] for all of them together
 */
export async function waitForOrphans(say, limitMs = 120_000) {
  if (!fs.existsSync(folder)) return;
  const end = Date.now() + limitMs;
  for (const pid of fs.readdirSync(folder).map(Number)) {
    const left = readNote(pid);
    const name = `process ${pid} (${left?.program})`;
    for (let told = false; left && runs(pid, left); await sleep(200)) {
      if (!told) say(`waiting for ${name} of a set-up that was killed`);
      told = true;
      if (Date.now() < end) continue;
      say(
        `${name} still runs: going on without waiting longer; should this set-up fail, end it and start again`,
      );
      break;
    }
    forget(pid);
  }
}

/** @param {number} pid @returns {Note | undefined} nothing when the note was not written to its end */
function readNote(pid) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, String(pid)), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Is the process still the one that was noted? @param {number} pid @param {Note} left */
function runs(pid, left) {
  if (pid === process.pid || pid === process.ppid) return false;
  const started = startTime(pid);
  return started !== undefined && started === left.started;
}

/** When a process started, in whatever form the system says it; nothing when there is none. @param {number} pid */
function startTime(pid) {
  try {
    process.kill(pid, 0);
    if (process.platform === 'win32') return 'unknown';
    if (process.platform === 'linux') {
      // Behind the name, which may hold blanks and brackets, come the fields from the third on: the state, …, the start.
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19]; // Z: it has ended, and nobody has asked how
    }
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim();
  } catch {
    return undefined;
  }
}
