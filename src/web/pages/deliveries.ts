import { Hono } from 'hono';
import { html } from 'hono/html';
import {
  type DeliveryFilter,
  type DeliveryRow,
  type DeliverySort,
  recentEvents,
  listDeliveries,
} from '../../queries/deliveries.ts';
import { repositoryNames } from '../../queries/repositories.ts';
import { scopeOf } from '../access/visitor.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { frameOf, queryOf } from '../frame.ts';
import { type ListSpec, type ListState, listQuery, type Page, pageOf, readList } from '../list.ts';
import { reasonText } from '../views/delivery-reasons.ts';
import { choices, filterForm } from '../views/filter-form.ts';
import { layout } from '../views/layout.ts';
import { type Column, listTable } from '../views/table.ts';
import { badge, missing, moment } from '../views/values.ts';

const list: ListSpec<DeliverySort, DeliveryFilter> = {
  path: '/deliveries',
  sorts: ['received_at', 'event', 'state', 'repository'],
  filters: ['event', 'state', 'repository'],
};

const states = ['received', 'routed', 'ignored', 'failed'];

function columns(now: Date): Column<DeliveryRow, DeliverySort>[] {
  return [
    {
      label: 'Event',
      sort: 'event',
      heads: true,
      cell: ({ delivery_id, event, action }) =>
        html`<a href="/deliveries/${delivery_id}">${event}${action === null ? '' : `.${action}`}</a>`,
    },
    { label: 'Repository', sort: 'repository', cell: (row) => row.repository ?? missing() },
    { label: 'State', sort: 'state', cell: (row) => badge(row.state) },
    { label: 'Reason', cell: (row) => html`<span class="why">${reasonText(row.reason)}</span>` },
    { label: 'Received', sort: 'received_at', cell: (row) => moment(row.received_at, now) },
  ];
}

function view(
  state: ListState<DeliverySort, DeliveryFilter>,
  page: Page<DeliveryRow>,
  offered: { readonly events: readonly string[]; readonly repositories: readonly string[] },
  now: Date,
) {
  const form = filterForm(list, state, [
    { name: 'event', label: 'Event', choices: choices(offered.events), all: 'any' },
    { name: 'state', label: 'State', choices: choices(states), all: 'any' },
    {
      name: 'repository',
      label: 'Repository',
      choices: offered.repositories.map((value) => ({ value, label: value })),
      all: 'all',
    },
  ]);
  return html`<h1>Deliveries</h1>
    <p class="lead">Each webhook that GitHub sent, once, and what followed from it.</p>
    ${form}
    ${listTable({ spec: list, state, caption: 'Deliveries', columns: columns(now), page, empty: 'No delivery matches.' })}`;
}

/** Everything that arrived. */
export function deliveriesPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/deliveries', async (c) => {
    const scope = scopeOf(c.get('visitor'));
    const state = readList(list, queryOf(c));
    const [rows, events, repositories] = await Promise.all([
      listDeliveries(deps.db, scope, listQuery(state)),
      recentEvents(deps.db, scope),
      repositoryNames(deps.db, scope),
    ]);
    const frame = frameOf(c, deps);
    return c.html(
      layout(frame, 'Deliveries', view(state, pageOf(rows), { events, repositories }, frame.now)),
    );
  });
  return app;
}
