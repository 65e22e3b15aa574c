import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolder } from './paths.mjs';

/**
 * Programs that write into the checkout (npm, pip) outlive a set-up that is killed without warning, and would work against
 * the next one. So each is noted while it runs.
 */
const folder = path.join(stateFolder, 'running');

/** @param {number | undefined} pid @param {string} program */
export function note(pid, program) {
  if (pid === undefined) return;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, String(pid)), path.basename(program));
}

/** @param {number | undefined} pid */
export const forget = (pid) => fs.rmSync(path.join(folder, String(pid)), { force: true });

/** Waits for what an earlier set-up has left running. @param {(line: string) => void} say */
export async function waitForOrphans(say) {
  if (!fs.existsSync(folder)) return;
  for (const pid of fs.readdirSync(folder)) {
    const program = fs.readFileSync(path.join(folder, pid), 'utf8');
    for (let told = false; runs(pid, program); await sleep(200)) {
      if (!told) say(`waiting for process ${pid} (${program}) of a set-up that was killed`);
      told = true;
    }
    forget(Number(pid));
  }
}

/** Is the process still that program? Its number may be another's by now. @param {string} pid @param {string} program */
function runs(pid, program) {
  try {
    process.kill(Number(pid), 0);
    if (process.platform === 'win32') return true;
    const command = execFileSync('ps', ['-o', 'command=', '-p', pid], { encoding: 'utf8' });
    // A program may call itself otherwise than it was called: npm's command line becomes "npm ci".
    return command.includes(program) || command.startsWith('npm');
  } catch {
    return false;
  }
}
