import type { Transaction } from 'kysely';
import type { Database } from './tables.ts';

export interface Transition {
  readonly entity:
    | 'delivery'
    | 'installation'
    | 'repository'
    | 'pull_request'
    | 'instance'
    | 'snapshot'
    | 'round'
    | 'checkpoint';
  readonly entity_id: string;
  readonly from_status: string | null;
  readonly to_status: string;
  readonly event: string;
  readonly reason?: string | null;
  readonly job_id?: string | null;
}

/** Appends state changes; only inside the transaction that makes them. */
export async function recordTransitions(
  trx: Transaction<Database>,
  transitions: readonly Transition[],
): Promise<void> {
  if (transitions.length === 0) return;
  const rows = transitions.map(({ reason = null, job_id = null, ...rest }) => ({ ...rest, reason, job_id }));
  await trx.insertInto('transition').values(rows).execute();
}
