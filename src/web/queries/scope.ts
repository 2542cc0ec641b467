import { type RawBuilder, sql } from 'kysely';

/** Repositories whose rows may be shown; null for every row, also those of no repository. */
export type Scope = readonly number[] | null;

/** Holds for the rows of `column` (a repository id) that lie in the scope; an empty scope shows nothing. */
export function within(scope: Scope, column: string): RawBuilder<boolean> {
  if (scope === null) return sql`true`;
  return sql`${sql.ref(column)} = any(${scope}::bigint[])`;
}
