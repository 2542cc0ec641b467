import { Hono } from 'hono';
import { html } from 'hono/html';
import { deliveryStates } from '../../domain/github-status.ts';
import {
  type DeliveryFilter,
  type DeliveryRow,
  type DeliverySort,
  recentEvents,
  listDeliveries,
} from '../../queries/deliveries.ts';
import { repositoryNames } from '../../queries/repositories.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext, queryOf } from '../page/context.ts';
import { choices, filterForm } from '../page/filter-form.ts';
import { layout } from '../page/layout.ts';
import { type ListSpec, type ListState, listQuery, type Page, pageOf, readList } from '../page/list.ts';
import { type Column, listTable } from '../page/table.ts';
import { badge, missing, timeAgo } from '../page/values.ts';
import { scopeOf } from '../visitor.ts';
import { reasonText } from './reasons.ts';

const list: ListSpec<DeliverySort, DeliveryFilter> = {
  path: '/deliveries',
  sorts: ['received_at', 'event', 'state', 'repository'],
  filters: ['event', 'state', 'repository'],
};

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
    { label: 'Received', sort: 'received_at', cell: (row) => timeAgo(row.received_at, now) },
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
    { name: 'state', label: 'State', choices: choices(deliveryStates), all: 'any' },
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
    const context = pageContext(c, deps);
    return c.html(
      layout(context, 'Deliveries', view(state, pageOf(rows), { events, repositories }, context.now)),
    );
  });
  return app;
}
