import type { Kysely } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import type { NativeStatus } from '../../../domain/cluster-job.ts';
import { isMendloopError } from '../../../domain/errors.ts';
import type { Log } from '../../../telemetry/log.ts';
import type { OpenRoundCluster, RoundCluster } from '../cluster/round-cluster.ts';
import { type DriverStatus, readResult, readStatus } from '../files/attempt-files.ts';
import type { Attempt } from '../state/attempts.ts';
import { type Round, specOf } from '../state/read-round.ts';
import type { Observation } from './decide.ts';

export interface AttemptDeps {
  readonly db: Kysely<Database>;
  readonly log: Log;
  readonly now: () => Date;
  readonly cluster: OpenRoundCluster;
  readonly liveness: Liveness;
  /** Between two looks at a running round. */
  readonly watchSeconds: number;
}

/** A running attempt, and what is needed to look at it and to act on it. */
export interface WatchedAttempt {
  readonly deps: AttemptDeps;
  readonly round: Round;
  readonly attempt: Attempt;
  readonly cluster: RoundCluster;
  readonly signal: AbortSignal;
}

/**
 * Measures by our own clock how long a value has not changed. The memory begins with the process, and the first look at a value
 * counts as a change: standstill is noticed late after a restart, never early.
 */
export class Liveness {
  readonly #seen = new Map<string, { readonly value: string; readonly since: number }>();

  /** Seconds since `name` has had `value`; `now` in milliseconds. */
  unchangedSeconds(name: string, value: string, now: number): number {
    const seen = this.#seen.get(name);
    if (seen?.value === value) return (now - seen.since) / 1000;
    this.#seen.set(name, { value, since: now });
    return 0;
  }

  /** Drops all values of a round. */
  forget(round_id: string): void {
    for (const name of this.#seen.keys()) if (name.startsWith(`${round_id}/`)) this.#seen.delete(name);
  }
}

/** Null when the scheduler cannot be reached: the next look at the round tries again. */
export async function unlessUnreachable<T>(
  log: Log,
  { round_id }: { readonly round_id: string },
  action: () => Promise<T>,
): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cluster_unreachable') throw error;
    log.warn({ round_id }, 'cluster not reached');
    return null;
  }
}

/** Null when the scheduler cannot be reached: the driver's files are read all the same. */
function nativeStatus({ deps, attempt, cluster, signal }: WatchedAttempt): Promise<NativeStatus | null> {
  const { cluster: scheduler } = cluster;
  return unlessUnreachable(deps.log, attempt, () => scheduler.status(attempt.native_id ?? '', signal));
}

/** Seconds since the driver's last beat. A queued job has no driver yet, and each look at the queue counts as a beat. */
function silence(watched: WatchedAttempt, native: NativeStatus | null, status: DriverStatus | null): number {
  const { deps, attempt } = watched;
  const now = deps.now().getTime();
  const shown = native?.state === 'queued' ? `queued ${now}` : `beat ${status?.seq ?? 0}`;
  return deps.liveness.unchangedSeconds(`${attempt.round_id}/${attempt.attempt}/beat`, shown, now);
}

/** Seconds since the last training step; each look outside of training counts as a step. */
function standstill({ deps, attempt }: WatchedAttempt, status: DriverStatus | null): number {
  const now = deps.now().getTime();
  const shown = status?.phase === 'train' ? `step ${status.step}` : `elsewhere ${now}`;
  return deps.liveness.unchangedSeconds(`${attempt.round_id}/${attempt.attempt}/step`, shown, now);
}

/** Reads the scheduler's state of the job and the driver's files. */
export async function lookAt(watched: WatchedAttempt): Promise<Observation> {
  const { deps, round, attempt, cluster } = watched;
  const native = await nativeStatus(watched);
  const status = await readStatus(cluster.files, attempt.round_id, attempt.attempt);
  const name = `${attempt.round_id}/${attempt.attempt}/native`;
  return {
    // Read after the scheduler's state: a job that had ended by then has written its result.
    result: await readResult(cluster.files, attempt.round_id, attempt.attempt),
    native,
    nativeSeconds: deps.liveness.unchangedSeconds(name, `${native?.state}`, deps.now().getTime()),
    silentSeconds: silence(watched, native, status),
    stalledSeconds: standstill(watched, status),
    limits: specOf(round).limits,
  };
}
