/** Something that the user must see to. It is shown without a stack trace. */
export class Problem extends Error {
  /**
   * @param {string} message exactly what is wrong
   * @param {string} [remedy] what to do about it
   */
  constructor(message, remedy) {
    super(remedy ? `${message}\n${indent(remedy)}` : message);
    this.name = 'Problem';
  }
}

/**
 * How to get something, on the platforms that are supported.
 * @param {{ debian: string, macos: string, windows: string }} ways
 */
export function howToGet({ debian, macos, windows }) {
  if (process.platform === 'darwin') return macos;
  if (process.platform === 'win32') return windows;
  return `Debian, Ubuntu: ${debian}\nmacOS: ${macos}\nWindows: ${windows}`;
}

/**
 * A failure whose cause is a full disk is named as such, whatever program met it.
 * @param {string} what
 * @param {string} output
 */
export function explainFailure(what, output) {
  if (/ENOSPC|no space left on device|EDQUOT|disk quota exceeded/i.test(output)) {
    return new Problem(
      `${what} failed: the disk is full.`,
      'Free some space (about 3 GB are needed in all) and start again; what is done is kept.',
    );
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|NameResolutionError|Failed to establish a new connection/i.test(
      output,
    )
  ) {
    return new Problem(
      `${what} failed: the package registry cannot be reached.\n${tail(output)}`,
      'Check the network connection and the proxy settings, and start again; what is done is kept.',
    );
  }
  return new Problem(`${what} failed:\n${tail(output)}`);
}

/** @param {string} text */
const tail = (text) => indent(text.trimEnd().split('\n').slice(-25).join('\n'));

/** @param {string} text */
const indent = (text) => text.replace(/^/gm, '  ');
