import { type RawBuilder, sql } from 'kysely';

/** Repositories whose rows may be shown; null for every row, also those of no repository. */
export type Scope = readonly number[] | null;

/** Holds for the rows of `column` (a repository id) that lie in the scope; an empty scope shows nothing. */
export function within(scope: Scope, column: string): RawBuilder<boolean> {
  if (scope === null) return sql`true`;
  return sql`${sql.ref(column)} = any(${scope}::bigint[])`;
}

/** Holds for the snapshots (a column with their id) that have an instance of a repository in the scope. */
export function snapshotWithin(scope: Scope, column: string): RawBuilder<boolean> {
  if (scope === null) return sql`true`;
  return sql`exists (
    select from snapshot_instance seen
    where seen.snapshot_id = ${sql.ref(column)} and seen.repository_id = any(${scope}::bigint[]))`;
}
