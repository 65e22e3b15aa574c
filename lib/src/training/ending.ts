import type { HeaderPatch } from '../run/index.js';
import { TrainingInterrupted } from './errors.js';

/** How a run ended, for its record. @param stopReason why it was stopped early; undefined: it was not */
export function ending(failure: unknown, stopReason: string | undefined, epochs: number): HeaderPatch {
  if (failure instanceof TrainingInterrupted) return { status: 'interrupted', reason: failure.message };
  if (failure !== undefined)
    return { status: 'failed', reason: String(failure instanceof Error ? failure.message : failure) };
  if (stopReason !== undefined) return { status: 'stopped', reason: stopReason };
  return { status: 'finished', reason: `trained for ${epochs} epoch${epochs === 1 ? '' : 's'}` };
}
