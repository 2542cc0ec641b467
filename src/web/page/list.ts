import type { ListQuery } from '../../queries/list.ts';

/** Rows of one page of a table. */
const pageSize = 50;
/** Deeper pages would make the database read and drop ever more rows; filters lead there sooner. */
const maxPage = 1000;
const maxFilterLength = 200;

/** A list whose sorting and filters stand in its URL. */
export interface ListSpec<Sort extends string, Filter extends string> {
  readonly path: string;
  /** The first is the default. */
  readonly sorts: readonly [Sort, ...Sort[]];
  readonly filters: readonly Filter[];
}

export interface ListState<Sort extends string = string, Filter extends string = string> {
  readonly sort: Sort;
  readonly direction: 'asc' | 'desc';
  /** From 1. */
  readonly page: number;
  /** Only those that are set. */
  readonly filters: Readonly<Partial<Record<Filter, string>>>;
}

/** PostgreSQL's text holds no NUL, and no title or name is searched for by control characters. */
function cleaned(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, maxFilterLength)
    .toWellFormed();
}

function readFilters<Filter extends string>(names: readonly Filter[], query: URLSearchParams) {
  const filters: Partial<Record<Filter, string>> = {};
  for (const name of names) {
    const value = cleaned(query.get(name) ?? '');
    if (value !== '') filters[name] = value;
  }
  return filters;
}

/** Reads a list's state from a query string; what makes no sense there is left out. */
export function readList<Sort extends string, Filter extends string>(
  spec: ListSpec<Sort, Filter>,
  query: URLSearchParams,
): ListState<Sort, Filter> {
  const page = Number(query.get('page') ?? 1);
  return {
    sort: spec.sorts.find((sort) => sort === query.get('sort')) ?? spec.sorts[0],
    direction: query.get('dir') === 'asc' ? 'asc' : 'desc',
    page: Number.isInteger(page) && page >= 1 ? Math.min(page, maxPage) : 1,
    filters: readFilters(spec.filters, query),
  };
}

/** The address of a list in another state; a change of anything but the page leads to the first page. */
export function listUrl<Sort extends string, Filter extends string>(
  spec: ListSpec<Sort, Filter>,
  state: ListState<Sort, Filter>,
  change: Partial<ListState<Sort, Filter>> = {},
): string {
  const next = { ...state, page: 1, ...change };
  const query = new URLSearchParams(Object.entries(next.filters) as [string, string][]);
  if (next.sort !== spec.sorts[0]) query.set('sort', next.sort);
  if (next.direction !== 'desc') query.set('dir', next.direction);
  if (next.page > 1) query.set('page', String(next.page));
  return query.size === 0 ? spec.path : `${spec.path}?${query}`;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly more: boolean;
}

/** For a statement that asked for one row more than a page holds. */
export function pageOf<Row>(rows: readonly Row[]): Page<Row> {
  return { rows: rows.slice(0, pageSize), more: rows.length > pageSize };
}

/** The rows of the page, and one more that tells whether there is a next page. */
export function listQuery<Sort extends string, Filter extends string>({
  page,
  ...state
}: ListState<Sort, Filter>): ListQuery<Sort, Filter> {
  return { ...state, limit: pageSize + 1, offset: (page - 1) * pageSize };
}
