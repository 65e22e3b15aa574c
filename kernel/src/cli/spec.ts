import { isRecord } from '../wire/message.js';

export const PROGRAM = 'gradoscope-kernel.cjs';

/** Whether the contents of a kernel.json start this kernel. */
export function isOurSpec(json: unknown): boolean {
  return (
    isRecord(json) && Array.isArray(json.argv) && json.argv.some((value) => String(value).endsWith(PROGRAM))
  );
}
