import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '../domain/scope.ts';

/** True for rows whose `column` (a repository id) is in the scope; an empty scope has no rows. */
export function within(scope: Scope, column: string): RawBuilder<boolean> {
  if (scope === null) return sql`true`;
  return sql`${sql.ref(column)} = any(${scope}::bigint[])`;
}

/** True for rows whose `column` (a snapshot id) is a snapshot with an instance of a repository in the scope. */
export function snapshotWithin(scope: Scope, column: string): RawBuilder<boolean> {
  if (scope === null) return sql`true`;
  return sql`exists (
    select from snapshot_instance seen
    where seen.snapshot_id = ${sql.ref(column)} and seen.repository_id = any(${scope}::bigint[]))`;
}
