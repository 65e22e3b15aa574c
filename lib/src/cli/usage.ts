/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Also what `util.parseArgs` throws. */
export function isUsageError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof UsageError || (code?.startsWith('ERR_PARSE_ARGS') ?? false);
}
