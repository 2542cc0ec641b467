/** Which rows of a list are read, and in which order. */
export interface ListQuery<Sort extends string, Filter extends string> {
  readonly sort: Sort;
  readonly direction: 'asc' | 'desc';
  /** Each holds for the rows whose value equals it; an absent one holds for every row. */
  readonly filters: Readonly<Partial<Record<Filter, string>>>;
  /** Rows at most; null for all. */
  readonly limit: number | null;
  /** Rows of the list that are left out at its beginning; 0 by default. */
  readonly offset?: number;
}
