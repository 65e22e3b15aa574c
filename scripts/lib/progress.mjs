/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Shows one step: its name when it begins, what happens meanwhile, and its time when it ends.
 * @template T
 * @param {string} name
 * @param {(say: (line: string) => void) => Promise<{ did: string, value?: T }>} work `did`: "up to date", or what was done
 */
export async function step(name, work) {
  const began = performance.now();
  const terminal = process.stdout.isTTY;
  const label = name.padEnd(22);
  if (terminal) process.stdout.write(`  ${label} …`);
  /** @param {string} line */
  const say = (line) =>
    process.stdout.write(terminal ? `\r\x1b[K  ${label} … ${line}` : `  ${label} … ${line}\n`);
  try {
    const { did, value } = await work(say);
    const time = seconds(performance.now() - began).padStart(8);
    process.stdout.write(`${terminal ? '\r\x1b[K' : ''}  ${label} ${time}  ${did}\n`);
    return value;
  } catch (error) {
    if (terminal) process.stdout.write('\n');
    throw error;
  }
}
