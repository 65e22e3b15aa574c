import path from 'node:path';
import { stderrFile } from './layout.js';

interface StderrAddon {
  hold(): void;
  release(): string;
}

/**
 * Log lines of TensorFlow's start that tell the user nothing: the notice about the log itself, informational lines, and that
 * a TensorFlow with GPU support finds no driver, which the backend says itself.
 */
const noise =
  /^(WARNING: All log messages before absl::InitializeLog\(\)|\s*[I]\d{4} |\d{4}-\d\d-\d\d [\d:.]+: I |E\d{4} .* failed call to cuInit|To enable the following instructions)/;

/** Keeps TensorFlow's informational lines back; it reads the setting once, as its library is mapped. */
export function quietTensorFlow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

/**
 * Turns standard error away from the terminal and the notebook until the returned function is called, which puts it back
 * and prints what was not noise (or all of it).
 */
export function holdStderr(folder: string): (all: boolean) => void {
  let addon: StderrAddon;
  try {
    addon = require(path.join(folder, stderrFile)) as StderrAddon;
  } catch {
    return () => undefined; // then the lines are seen, which harms nothing
  }
  addon.hold();
  return (all) => {
    const lines = addon.release().split(/(?<=\n)/);
    const rest = lines.filter((line) => all || !noise.test(line)).join('');
    if (rest) process.stderr.write(rest);
  };
}
