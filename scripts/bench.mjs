/** `npm run bench -- NAME [options]`: runs bench/NAME.mjs after the set-up. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { runMain } from './lib/main.mjs';
import { at, root } from './lib/paths.mjs';
import { Problem } from './lib/problem.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  const [name, ...options] = process.argv.slice(2);
  const names = fs
    .readdirSync(at('bench'))
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -4));
  if (!name || !names.includes(name)) {
    throw new Problem(
      name ? `There is no benchmark ${name}.` : 'Which benchmark?',
      `Those here: ${names.join(', ') || 'none yet'}`,
    );
  }
  await setup({ tests: true });
  const child = spawn(process.execPath, [at('bench', `${name}.mjs`), ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
});
