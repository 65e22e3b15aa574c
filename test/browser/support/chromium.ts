import { chromium, type Browser } from 'playwright-core';
import { findChromium, howToGetChromium } from '../../../scripts/lib/chromium.mjs';

/** Starts Chromium without a window, with a new profile and nothing that goes to the network by itself. */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error(`No Chromium found. ${howToGetChromium}`);
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
