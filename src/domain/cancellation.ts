import { MendloopError } from './errors.ts';

/** Read by long computations every few milliseconds; an `AbortSignal`, or a flag in memory shared with another thread. */
export interface Cancellation {
  readonly aborted: boolean;
}

/** Throws `cancelled` where the cancellation is aborted. */
export function throwIfCancelled(cancellation: Cancellation | undefined): void {
  if (cancellation?.aborted === true) throw new MendloopError('cancelled', 'Scoring was cancelled.');
}
