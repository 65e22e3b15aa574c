import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Checkout, Running } from './support/checkout.js';

let checkout: Checkout;
let copy: string;
beforeEach(() => {
  checkout = new Checkout();
  copy = `${checkout.folder}-copy`;
  for (const name of ['mkdir', 'cp']) checkout.link(name);
  checkout.program('npm', 'exit 0');
  // "python3 -m venv FOLDER" puts this very program there. pip succeeds, and what comes behind it (the build) does not.
  checkout.program(
    'python3',
    'case "$*" in *version_info*) echo 3.11.9;; "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";; esac',
  );
});
afterEach(() => {
  checkout.remove();
  fs.rmSync(copy, { recursive: true, force: true });
});

async function setup(folder: string): Promise<string> {
  const running = new Running(path.join(folder, 'scripts/setup.mjs'), [], {
    ...process.env,
    PATH: checkout.programs,
    PYTHON: '',
    npm_execpath: '',
  });
  expect(await running.ended).toBe(1);
  return running.output;
}

it('.venv is made anew where the checkout was moved or copied to', async () => {
  const made = 'making .venv with Python 3.11.9';
  expect(await setup(checkout.folder)).toContain(made);
  expect(await setup(checkout.folder)).toMatch(/Python packages .* up to date/);

  fs.cpSync(checkout.folder, copy, { recursive: true });
  fs.writeFileSync(path.join(copy, '.venv/old'), '');
  expect(await setup(copy)).toContain(made);
  expect(fs.existsSync(path.join(copy, '.venv/old'))).toBe(false);
  expect(await setup(copy)).toMatch(/Python packages .* up to date/);
});
