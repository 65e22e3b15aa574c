import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from './run.mjs';

const commands = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];
const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium for the browser tests: `CHROME_PATH`, the system's, or Playwright's. @returns {string | undefined} */
export function findChromium() {
  const given = process.env.CHROME_PATH;
  if (given) return fs.existsSync(given) ? given : undefined;
  return (
    commands.map(onPath).find(Boolean) ??
    macApplications.find((file) => fs.existsSync(file)) ??
    inPlaywrightCache()
  );
}

/** As findChromium, and where it can be had without asking (root on Debian), installs it. @returns {Promise<string | undefined>} */
export async function findOrInstallChromium() {
  const found = findChromium();
  if (found || process.env.CHROME_PATH || process.getuid?.() !== 0 || !fs.existsSync('/etc/debian_version'))
    return found;
  console.log('  installing Chromium (apt-get install chromium) for the browser tests');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env });
  let { code } = await install();
  if (code !== 0) {
    await run('apt-get', ['update'], { env });
    ({ code } = await install());
  }
  return code === 0 ? findChromium() : undefined;
}

export const howToGetChromium =
  'Install Chromium or Chrome, or run "npx playwright-core install chromium", or set CHROME_PATH to the program.';

/** @param {string} name */
function onPath(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

function inPlaywrightCache() {
  const home = os.homedir();
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    path.join(home, '.cache/ms-playwright'),
    path.join(home, 'Library/Caches/ms-playwright'),
  ];
  for (const cache of caches) {
    if (!cache || !fs.existsSync(cache)) continue;
    for (const name of fs.readdirSync(cache).sort().reverse()) {
      if (!name.startsWith('chromium-')) continue;
      const inside = [
        'chrome-linux/chrome',
        'chrome-linux64/chrome',
        'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
        'chrome-win/chrome.exe',
      ];
      const program = inside.map((part) => path.join(cache, name, part)).find((file) => fs.existsSync(file));
      if (program) return program;
    }
  }
  return undefined;
}
