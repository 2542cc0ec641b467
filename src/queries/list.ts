import { type OrderByItemBuilder, type RawBuilder, sql } from 'kysely';

/** Which rows of a list are read, and in which order. */
export interface ListQuery<Sort extends string, Filter extends string> {
  readonly sort: Sort;
  readonly direction: 'asc' | 'desc';
  /** The row's value must equal the filter's; a filter that is absent or null accepts every row. */
  readonly filters: Readonly<Partial<Record<Filter, string | null>>>;
  /** Rows at most; null for all. */
  readonly limit: number | null;
  /** Rows to skip at the beginning of the list; 0 by default. */
  readonly offset?: number;
}

/** True for rows whose `column` has the value of a filter, and for every row without a filter. */
export function equals(column: string, value: string | null = null): RawBuilder<boolean> {
  return value === null ? sql`true` : sql`${sql.ref(column)} = ${value}`;
}

/** As {@link equals}, for a repository's `owner/name` in any case, as GitHub treats names. Index repository_full_name. */
export function isNamed(column: string, name: string | null = null): RawBuilder<boolean> {
  return name === null ? sql`true` : sql`lower(${sql.ref(column)}) = lower(${name})`;
}

/** The order of a list; rows without the value come last in both directions. */
export function ordered(direction: 'asc' | 'desc') {
  return (by: OrderByItemBuilder): OrderByItemBuilder => by[direction]().nullsLast();
}
