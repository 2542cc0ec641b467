import type { Transaction } from 'kysely';
import { addWithStatus } from '../../../db/status.ts';
import type { Database } from '../../../db/tables.ts';
import type { EngineName, RoundCause } from '../../../domain/round.ts';
import type { NewJob } from '../../../jobs/job.ts';
import type { JobQueue } from '../../../jobs/queue.ts';
import type { RoundRequest } from '../state/request.ts';

export interface PlannedRound {
  readonly round_id: string;
  readonly cause: RoundCause;
  /** The date that a nightly round belongs to; null for the others. */
  readonly night: string | null;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  readonly seed: number;
  readonly request: RoundRequest;
  /** When training is asked to end with the step it is at; null: when its steps are done. */
  readonly deadline: Date | null;
}

export function nightRoundId(night: string): string {
  return `r-${night.replaceAll('-', '')}-night`;
}

/** `suffix`: a few characters of [0-9a-z] that no other round of the day has. */
export function roundId(now: Date, suffix: string): string {
  return `r-${now.toISOString().slice(0, 10).replaceAll('-', '')}-${suffix}`;
}

/** Returns the job that advances a round; two jobs with the same `cause` are one. */
export function advanceJob(round_id: string, cause: string, startAfterSeconds = 0): NewJob {
  return { kind: 'round.advance', payload: { round_id }, cause, startAfterSeconds };
}

/** Adds a round and the job that begins it; false where there is one under this id, or of this night, already. */
export async function planRound(
  trx: Transaction<Database>,
  queue: JobQueue,
  { request, ...round }: PlannedRound,
): Promise<boolean> {
  const { round_id, cause } = round;
  const row = { ...round, request: JSON.stringify(request), metrics: '{}' };
  if (!(await addWithStatus(trx, 'round', row, { to: 'planned', event: cause }))) return false;
  await queue.enqueue(trx, [advanceJob(round_id, 'planned')]);
  return true;
}
