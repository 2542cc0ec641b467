import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/tables.ts';

export interface JobFact {
  readonly id: string;
  readonly queue: string;
  readonly state: string;
  readonly kind: string;
  readonly cause: string;
  readonly repository_id: number | null;
  readonly number: number | null;
  /** How often it was taken up. */
  readonly attempts: number;
  /** It put itself off, and a later row does its work. */
  readonly deferred: boolean;
}

export interface TransitionFact {
  readonly entity: string;
  readonly entity_id: string;
  readonly from_status: string | null;
  readonly to_status: string;
}

/** Everything that is counted, read once when nothing moves any more. */
export interface Facts {
  /** Delivery ids; the table's key makes each unique. */
  readonly deliveries: ReadonlySet<string>;
  readonly jobs: readonly JobFact[];
  readonly transitions: readonly TransitionFact[];
  /** Jobs that failed for good and were not put back. */
  readonly dead: number;
}

async function readJobs(db: Kysely<Database>): Promise<JobFact[]> {
  const { rows } = await sql<JobFact>`
    select id, name as queue, state::text as state, data->>'kind' as kind, data->>'cause' as cause,
      (data->'payload'->>'repository_id')::bigint as repository_id,
      (data->'payload'->>'number')::int as number,
      case when started_on is null then 0 else retry_count + 1 end as attempts,
      coalesce(output->>'outcome' = 'deferred', false) as deferred
    from pgboss.job`.execute(db);
  return rows;
}

export async function readFacts(db: Kysely<Database>): Promise<Facts> {
  const deliveries = await db.selectFrom('delivery').select('delivery_id').execute();
  const transitions = await db
    .selectFrom('transition')
    .select(['entity', 'entity_id', 'from_status', 'to_status'])
    .orderBy('transition_id')
    .execute();
  const rows = await readJobs(db);
  const dead = rows.filter(
    ({ queue, state }) => queue === 'dead' && ['created', 'retry', 'failed'].includes(state),
  );
  return {
    deliveries: new Set(deliveries.map((row) => row.delivery_id)),
    jobs: rows.filter(({ queue }) => queue !== 'dead'),
    transitions,
    dead: dead.length,
  };
}
