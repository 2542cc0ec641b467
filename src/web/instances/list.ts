import { Hono } from 'hono';
import { html } from 'hono/html';
import { instanceStatuses } from '../../domain/instance.ts';
import {
  type InstanceFilter,
  instanceLanguages,
  type InstanceRow,
  type InstanceSort,
  listInstances,
} from '../../queries/instances.ts';
import { repositoryNames } from '../../queries/repositories.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext, queryOf } from '../page/context.ts';
import { choices, filterForm } from '../page/filter-form.ts';
import { layout } from '../page/layout.ts';
import { type ListSpec, type ListState, listQuery, type Page, pageOf, readList } from '../page/list.ts';
import { type Column, listTable } from '../page/table.ts';
import { badge, count, dateTime } from '../page/values.ts';
import { scopeOf } from '../visitor.ts';
import { rewardNumber } from './reward.ts';

const list: ListSpec<InstanceSort, InstanceFilter> = {
  path: '/instances',
  sorts: ['merged_at', 'instance_id', 'status', 'reward', 'candidates'],
  filters: ['repository', 'language', 'status'],
};

const columns: Column<InstanceRow, InstanceSort>[] = [
  {
    label: 'Instance',
    sort: 'instance_id',
    heads: true,
    cell: ({ instance_id, title }) =>
      html`<a href="/instances/${encodeURIComponent(instance_id)}">${instance_id}</a><br /><span class="why"
          >${title}</span
        >`,
  },
  {
    label: 'Languages',
    cell: (row) => row.languages.map((language) => html`<span class="tag">${language}</span> `),
  },
  { label: 'Status', sort: 'status', cell: (row) => badge(row.status) },
  { label: 'Oracle reward', sort: 'reward', numeric: true, cell: (row) => rewardNumber(row.reward) },
  { label: 'Candidates', sort: 'candidates', numeric: true, cell: (row) => count(row.candidates) },
  { label: 'Merged', sort: 'merged_at', cell: (row) => dateTime(row.merged_at) },
];

interface Offered {
  readonly repositories: readonly string[];
  readonly languages: readonly string[];
}

function view(
  state: ListState<InstanceSort, InstanceFilter>,
  page: Page<InstanceRow>,
  { repositories, languages }: Offered,
) {
  const form = filterForm(list, state, [
    {
      name: 'repository',
      label: 'Repository',
      choices: repositories.map((value) => ({ value, label: value })),
      all: 'all',
    },
    {
      name: 'language',
      label: 'Language',
      choices: languages.map((value) => ({ value, label: value })),
      all: 'any',
    },
    { name: 'status', label: 'Status', choices: choices(instanceStatuses), all: 'all but rejected' },
  ]);
  return html`<h1>Instances</h1>
    <p class="lead">Merged pull requests that answer an issue, ready to learn from.</p>
    ${form}
    ${listTable({ spec: list, state, caption: 'Instances', columns, page, empty: 'No instance matches.' })}`;
}

/** Everything that was collected. */
export function instancesPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/instances', async (c) => {
    const scope = scopeOf(c.get('visitor'));
    const state = readList(list, queryOf(c));
    const [rows, repositories, languages] = await Promise.all([
      listInstances(deps.db, scope, {
        ...listQuery(state),
        ...(state.filters.status === undefined && { except: 'rejected' }),
      }),
      repositoryNames(deps.db, scope),
      instanceLanguages(deps.db, scope),
    ]);
    return c.html(
      layout(pageContext(c, deps), 'Instances', view(state, pageOf(rows), { repositories, languages })),
    );
  });
  return app;
}
