import type { NativeStatus } from '../../../domain/cluster-job.ts';
import type { DriverResult } from '../files/attempt-files.ts';

/** What can be seen of an attempt from outside. Seconds are by our own clock. */
export interface Observation {
  readonly result: Pick<DriverResult, 'exit_code' | 'reason'> | null;
  /** Null: the scheduler could not be asked. */
  readonly native: NativeStatus | null;
  /** Since the scheduler shows what it shows. */
  readonly nativeSeconds: number;
  /** Since the last beat of the driver. */
  readonly silentSeconds: number;
  /** Since training made its last step; 0 outside of training. */
  readonly stalledSeconds: number;
  readonly limits: { readonly heartbeat_s: number; readonly stall_s: number };
}

export interface AttemptEnd {
  /** Null where nobody knows it. */
  readonly exit_code: number | null;
  readonly reason: string;
}

export type Judgement =
  | { readonly kind: 'at_work' }
  | { readonly kind: 'stalled' }
  | { readonly kind: 'lost' }
  | ({ readonly kind: 'ended' } & AttemptEnd);

/** Shared storage may show a driver's last file later than the scheduler shows its end. */
const fileSeconds = 10;
/** A scheduler that was restarted may not know its jobs for a while. */
const forgottenSeconds = 60;
/** This job found that another one has the attempt: what counts is what that one writes. */
const duplicate = 40;
const atWork = { kind: 'at_work' } as const;

function isTerminal({ state }: NativeStatus): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

function isForgotten({ silentSeconds, limits }: Observation): boolean {
  return silentSeconds > Math.max(forgottenSeconds, 6 * limits.heartbeat_s);
}

/**
 * Whether an attempt is at work, ended, or has to be given up. The driver's own result counts before anything that the
 * scheduler says, and a driver that beats is alive whatever the scheduler has forgotten.
 */
export function judgeAttempt(seen: Observation): Judgement {
  const { result, native, limits } = seen;
  if (result !== null) return { kind: 'ended', ...result };
  if (native === null) return atWork;
  if (native.state === 'lost' || native.exitCode === duplicate) {
    return isForgotten(seen) ? { kind: 'lost' } : atWork;
  }
  if (isTerminal(native)) {
    if (seen.nativeSeconds < fileSeconds) return atWork;
    // A good end without a result is none.
    const exit_code = native.exitCode === 0 ? null : native.exitCode;
    return { kind: 'ended', exit_code, reason: native.reason ?? 'no_result' };
  }
  if (native.state !== 'running') return atWork;
  const stuck = Math.max(seen.silentSeconds, seen.stalledSeconds) > limits.stall_s;
  return stuck ? { kind: 'stalled' } : atWork;
}
