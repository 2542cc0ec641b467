import type { NativeStatus } from '../../../domain/cluster-job.ts';
import type { DriverResult } from '../files/attempt-files.ts';

/** What the scheduler and the driver's files show of an attempt. Seconds are by the clock of this process. */
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
  /** Null where it is unknown. */
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

export interface Circumstances {
  readonly cancelAsked: boolean;
  /** We stopped it ourselves, because it stood still. */
  readonly stalled: boolean;
  readonly pastDeadline: boolean;
  /** The reasons of the attempts before. */
  readonly earlier: readonly (string | null)[];
}

export type NextStep =
  | { readonly next: 'finalise' }
  | { readonly next: 'cancelled' }
  | { readonly next: 'failed' | 'lost'; readonly reason: string }
  | {
      readonly next: 'retry';
      readonly reason: string;
      readonly afterSeconds: number;
      /** Nothing of the attempts before may be gone on from. */
      readonly anew: boolean;
    };

/** Reasons of an end that the round is not to blame for. */
const uncounted: ReadonlySet<string | null> = new Set(['temporary', 'disk_full']);
const interrupted: ReadonlySet<string> = new Set(['PREEMPTED', 'NODE_FAIL', 'TIMEOUT', 'BOOT_FAIL']);

const mostFailures = 3;
const mostAttempts = 20;
const diskSeconds = 600;
const soonSeconds = 15;

/** One word for each exit code of docs/contracts/round.md#exit-codes, and whether another attempt may end better. */
const codes: Readonly<Record<number, { readonly reason: string; readonly retries: number }>> = {
  10: { reason: 'spec_invalid', retries: 0 },
  11: { reason: 'data_invalid', retries: 0 },
  12: { reason: 'model_invalid', retries: 0 },
  13: { reason: 'environment', retries: 0 },
  14: { reason: 'golden_differs', retries: 0 },
  15: { reason: 'reward_not_called', retries: 0 },
  16: { reason: 'resume_incompatible', retries: 1 },
  20: { reason: 'crashed', retries: 2 },
  21: { reason: 'out_of_memory', retries: 1 },
  22: { reason: 'distributed', retries: 2 },
  24: { reason: 'reward_errors', retries: 0 },
  25: { reason: 'diverged', retries: 0 },
  26: { reason: 'disk_full', retries: mostAttempts },
  27: { reason: 'reward_down', retries: 2 },
  28: { reason: 'hacked', retries: 0 },
  70: { reason: 'driver_bug', retries: 0 },
  75: { reason: 'temporary', retries: mostAttempts },
};
const crash = { reason: 'crashed', retries: 2 };
const cancelledCodes: ReadonlySet<number | null> = new Set([30, 31]);

/** The end in one word of ours. */
export function reasonOf(
  { exit_code, reason }: AttemptEnd,
  { stalled }: Pick<Circumstances, 'stalled'>,
): string {
  if (exit_code === 0) return 'done';
  if (stalled) return 'stalled';
  if (reason === 'lost') return 'lost';
  if (interrupted.has(reason)) return 'temporary';
  if (cancelledCodes.has(exit_code)) return 'cancelled';
  return ((exit_code === null ? undefined : codes[exit_code]) ?? crash).reason;
}

function mayRetry(reason: string, end: AttemptEnd, { earlier, pastDeadline }: Circumstances): boolean {
  if (pastDeadline || earlier.length + 1 >= mostAttempts) return false;
  if (uncounted.has(reason)) return true;
  const counted = earlier.filter((one) => !uncounted.has(one)).length;
  const alike = earlier.filter((one) => one === reason).length;
  const { retries } = (end.exit_code === null ? undefined : codes[end.exit_code]) ?? crash;
  return counted + 1 < mostFailures && alike < retries;
}

/** Returns what follows the end of an attempt. A request to cancel wins over every end, also over success. */
export function afterAttempt(end: AttemptEnd, circumstances: Circumstances): NextStep {
  const reason = reasonOf(end, circumstances);
  if (circumstances.cancelAsked) return { next: 'cancelled' };
  if (end.exit_code === 0) return { next: 'finalise' };
  if (reason === 'cancelled') return { next: 'cancelled' };
  if (!mayRetry(reason, end, circumstances)) return { next: reason === 'lost' ? 'lost' : 'failed', reason };
  const afterSeconds = reason === 'disk_full' ? diskSeconds : soonSeconds;
  return { next: 'retry', reason, afterSeconds, anew: reason === 'resume_incompatible' };
}
