import { MendloopError } from './errors.ts';

/** Long work asks it now and then whether anybody still waits. An `AbortSignal` is one, and so is a flag in shared memory. */
export interface Cancellation {
  readonly aborted: boolean;
}

/** Throws `cancelled` once nobody waits any more. */
export function throwIfCancelled(cancellation: Cancellation | undefined): void {
  if (cancellation?.aborted === true) throw new MendloopError('cancelled', 'Scoring was cancelled.');
}
