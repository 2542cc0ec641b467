import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { ConsentScope } from '../domain/consent.ts';
import { type Scope, within } from './scope.ts';

/** How many of what arrived became what; each but the first is a part of the one before it. */
export interface Funnel {
  readonly deliveries: number;
  readonly pulls: number;
  readonly merged: number;
  readonly with_issue: number;
  readonly instances: number;
}

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

const isInstance = sql<boolean>`coalesce(i.status in ('building', 'labelled', 'ready'), false)`;

export interface RepositoryCounts {
  readonly repository_id: number;
  readonly full_name: string;
  readonly private: boolean;
  readonly status: 'active' | 'removed';
  readonly consent: ConsentScope;
  readonly pulls: number;
  readonly merged: number;
  readonly instances: number;
  readonly rejected: number;
  readonly last_delivery: Date | null;
}

const shownRepositories = 100;

/** Repositories with the most instances first. */
export async function countRepositories(db: Kysely<Database>, scope: Scope): Promise<RepositoryCounts[]> {
  const { rows } = await sql<RepositoryCounts>`
    select r.repository_id, r.full_name, r.private, r.status, r.consent,
      coalesce(p.pulls, 0) as pulls, coalesce(p.merged, 0) as merged,
      coalesce(i.instances, 0) as instances, coalesce(i.rejected, 0) as rejected, d.last_delivery
    from repository r
    left join (
      select repository_id, count(*) as pulls, count(*) filter (where status = 'merged') as merged
      from pull_request group by repository_id
    ) p using (repository_id)
    left join (
      select repository_id, count(*) filter (where status in ('building', 'labelled', 'ready')) as instances,
        count(*) filter (where status = 'rejected') as rejected
      from instance group by repository_id
    ) i using (repository_id)
    left join (
      select repository_id, max(received_at) as last_delivery from delivery group by repository_id
    ) d using (repository_id)
    where ${within(scope, 'r.repository_id')}
    order by instances desc, pulls desc, r.full_name limit ${shownRepositories}`.execute(db);
  return rows;
}
