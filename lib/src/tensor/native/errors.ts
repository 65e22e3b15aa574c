/** Why native TensorFlow could not be provisioned or loaded. */
export type NativeErrorCode =
  | 'unsupported-platform'
  | 'no-python'
  | 'no-compiler'
  | 'no-sources'
  | 'no-tensorflow'
  | 'unsuitable-tensorflow'
  | 'download-failed'
  | 'wrong-hash'
  | 'damaged-wheel'
  | 'disk-full'
  | 'unsafe-cache'
  | 'compile-failed'
  | 'smoke-test-failed'
  | 'not-provisioned'
  | 'other-version'
  | 'damaged'
  | 'load-failed'
  | 'no-gpu';

/** The command that sets native TensorFlow up, or repairs it. */
export const setUpCommand = 'npx gradoscope native';

/** A failure to provision or load native TensorFlow, with what to do about it. */
export class NativeError extends Error {
  override readonly name = 'NativeError';

  constructor(
    readonly code: NativeErrorCode,
    message: string,
    /** What the user can do; one sentence. */
    readonly remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** What programs say when a disk, a quota or the limit of a file's size is used up. */
export const noSpace =
  /ENOSPC|No space left on device|EDQUOT|Disk quota exceeded|EFBIG|File too large|File size limit exceeded/i;

/** The error as a {@link NativeError}; a full disk is recognised wherever it shows. */
export function asNativeError(
  error: unknown,
  code: NativeErrorCode,
  what: string,
  remedy: string,
): NativeError {
  if (error instanceof NativeError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (noSpace.test(text)) return diskFull(what, text);
  return new NativeError(code, `${what}: ${text}`, remedy, { cause: error });
}

/** The disk (or the user's quota) is used up. */
export function diskFull(what: string, detail: string): NativeError {
  return new NativeError(
    'disk-full',
    `${what}: the disk is full (${detail})`,
    'Free the space that is needed, or set XDG_CACHE_HOME to a folder on another disk, and run the set-up again.',
  );
}
