import { html } from 'hono/html';
import { type ListSpec, type ListState, listUrl, type Page } from './list.ts';
import { type Markup, nothing } from './markup.ts';

export interface Column<Row, Sort extends string = never> {
  readonly label: string;
  /** Sorts the table where the list allows it. */
  readonly sort?: Sort;
  readonly numeric?: boolean;
  /** Heads the row for screen readers, and the card that a row becomes on a phone. */
  readonly heads?: boolean;
  readonly cell: (row: Row) => unknown;
}

type Heading = (column: { readonly label: string; readonly sort?: string }) => unknown;

function cell<Row>(row: Row, { label, numeric, heads, cell: content }: Column<Row, string>): Markup {
  const align = numeric ? 'number' : '';
  if (heads) return html`<th scope="row" data-label="${label}"><div>${content(row)}</div></th>`;
  return html`<td class="${align}" data-label="${label}"><div>${content(row)}</div></td>`;
}

function ariaSort(state: ListState | null, sort: string | undefined): Markup {
  if (state === null || sort === undefined || state.sort !== sort) return nothing;
  return html`aria-sort="${state.direction === 'asc' ? 'ascending' : 'descending'}"`;
}

interface TableOptions<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row, string>[];
  readonly rows: readonly Row[];
  /** Shown instead of an empty table. */
  readonly empty: string;
}

function draw<Row>(options: TableOptions<Row>, heading: Heading, state: ListState | null): Markup {
  const { caption, columns, rows, empty } = options;
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const head = (column: Column<Row, string>): Markup =>
    html`<th scope="col" class="${column.numeric ? 'number' : ''}" ${ariaSort(state, column.sort)}>
      ${heading(column)}
    </th>`;
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(head)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column) => cell(row, column))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A short table that is shown whole. */
export function table<Row>(options: TableOptions<Row>): Markup {
  return draw(options, ({ label }) => label, null);
}

function pager<Sort extends string, Filter extends string>(
  spec: ListSpec<Sort, Filter>,
  state: ListState<Sort, Filter>,
  more: boolean,
): Markup {
  if (state.page === 1 && !more) return nothing;
  const link = (page: number, rel: string, label: string): Markup =>
    html`<a class="button quiet" rel="${rel}" href="${listUrl(spec, state, { page })}">${label}</a>`;
  return html`<nav class="pager" aria-label="Pages of the table">
    ${state.page > 1 ? link(state.page - 1, 'prev', '← Previous') : nothing}
    <span>Page ${state.page}</span>
    ${more ? link(state.page + 1, 'next', 'Next →') : nothing}
  </nav>`;
}

interface ListOptions<Row, Sort extends string, Filter extends string> {
  readonly spec: ListSpec<Sort, Filter>;
  readonly state: ListState<Sort, Filter>;
  readonly caption: string;
  readonly columns: readonly Column<Row, Sort>[];
  readonly page: Page<Row>;
  readonly empty: string;
}

/** One page of a long list: its headings sort it, and every state of it has an address. */
export function listTable<Row, Sort extends string, Filter extends string>(
  options: ListOptions<Row, Sort, Filter>,
): Markup {
  const { spec, state, page } = options;
  const heading: Heading = ({ label, sort }) => {
    if (sort === undefined) return label;
    const current = state.sort === sort;
    const direction = current && state.direction === 'desc' ? 'asc' : 'desc';
    const arrow = current ? (state.direction === 'desc' ? ' ↓' : ' ↑') : '';
    return html`<a href="${listUrl(spec, state, { sort: sort as Sort, direction })}"
      >${label}<span aria-hidden="true">${arrow}</span></a
    >`;
  };
  const drawn = draw({ ...options, rows: page.rows }, heading, state);
  return html`<div id="results">${drawn}${pager(spec, state, page.more)}</div>`;
}
