import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { Scope } from '../domain/scope.ts';
import { within } from './scope.ts';

/** From deliveries to instances; each count after `pulls` is a part of the one before. */
export interface Funnel {
  readonly deliveries: number;
  readonly pulls: number;
  readonly merged: number;
  readonly with_issue: number;
  readonly instances: number;
}

const isInstance = sql<boolean>`coalesce(i.status in ('building', 'labelled', 'ready'), false)`;

export async function countFunnel(db: Kysely<Database>, scope: Scope): Promise<Funnel> {
  const { rows } = await sql<Funnel>`
    select
      (select count(*) from delivery where ${within(scope, 'repository_id')}) as deliveries,
      count(*) as pulls,
      count(*) filter (where p.status = 'merged') as merged,
      count(*) filter (where p.status = 'merged' and (jsonb_array_length(p.linked_issues) > 0 or ${isInstance})) as with_issue,
      count(*) filter (where p.status = 'merged' and ${isInstance}) as instances
    from pull_request p
    left join instance i on i.repository_id = p.repository_id and i.pull_number = p.number
    where ${within(scope, 'p.repository_id')}`.execute(db);
  return rows[0] ?? { deliveries: 0, pulls: 0, merged: 0, with_issue: 0, instances: 0 };
}
