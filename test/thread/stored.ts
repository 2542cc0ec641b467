import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { CandidateTable, StoredReward } from '../../src/db/tables/instance.ts';
import type { CollectedInstance } from '../../src/domain/instance.ts';

export interface StoredInstance {
  readonly status: string;
  readonly body: CollectedInstance;
  readonly oracle_reward: StoredReward;
  readonly candidates: readonly Pick<CandidateTable, 'origin' | 'source' | 'patch'>[];
}

/** A ready instance with its candidates; throws where there is none. */
export async function readyInstance(db: Kysely<Database>, instance_id: string): Promise<StoredInstance> {
  const row = await db
    .selectFrom('instance')
    .select(['status', 'body', 'oracle_reward'])
    .where('instance_id', '=', instance_id)
    .executeTakeFirst();
  if (row?.status !== 'ready' || !row.body || !row.oracle_reward) {
    const reason = await rejectionOf(db, instance_id);
    throw new Error(`${instance_id} is ${row?.status ?? 'not known'} (${reason ?? 'no rejection'})`);
  }
  const candidates = await db
    .selectFrom('candidate')
    .selectAll()
    .where('instance_id', '=', instance_id)
    .orderBy('origin')
    .orderBy('source')
    .execute();
  return { status: row.status, body: row.body, oracle_reward: row.oracle_reward, candidates };
}

/** Why an instance was rejected; null where it was not. */
export async function rejectionOf(db: Kysely<Database>, instance_id: string): Promise<string | null> {
  const row = await db
    .selectFrom('instance_rejection')
    .select('reason')
    .where('instance_id', '=', instance_id)
    .executeTakeFirst();
  return row?.reason ?? null;
}

/** What a job row says of itself; a deferred or retried job is followed by, or is, another row. */
export interface StoredJob {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly number: number | null;
  readonly repository_id: number | null;
  readonly state: string;
  readonly retries: number;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly seconds: number | null;
}

/** Every job row, the dead ones too, oldest first. */
export async function jobRows(db: Kysely<Database>): Promise<StoredJob[]> {
  const { rows } = await sql<StoredJob>`
    select id, name as queue, data->>'kind' as kind, (data->'payload'->>'number')::int as number,
      (data->'payload'->>'repository_id')::int as repository_id, state::text, retry_count as retries,
      output->>'outcome' as outcome, coalesce(source_output->>'code', output->>'code', output->'value'->>'code') as code,
      (output->'detail'->>'seconds')::int as seconds
    from pgboss.job order by created_on, id`.execute(db);
  return rows;
}

/** The codes of the jobs that wait for a person. */
export async function deadCodes(db: Kysely<Database>): Promise<(string | null)[]> {
  return (await jobRows(db)).filter((job) => job.queue === 'dead').map((job) => job.code);
}
