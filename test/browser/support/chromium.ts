import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Starts Chromium without a window, with a new profile and nothing that goes to the network by itself. */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env['GRADOSCOPE_CHROMIUM'] ?? PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error('No Chromium found: install Debian\'s "chromium", or name one in GRADOSCOPE_CHROMIUM.');
  }
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
