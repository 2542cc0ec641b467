import { Hono } from 'hono';
import { html } from 'hono/html';
import { rejectionReasons, rejectionText } from '../../domain/rejection.ts';
import {
  countReasons,
  listRejections,
  type ReasonCount,
  type RejectionFilter,
  type RejectionRow,
  type RejectionSort,
} from '../../queries/rejections.ts';
import { repositoryNames } from '../../queries/repositories.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext, queryOf } from '../page/context.ts';
import { choices, filterForm } from '../page/filter-form.ts';
import { layout } from '../page/layout.ts';
import { type ListSpec, type ListState, listQuery, type Page, pageOf, readList } from '../page/list.ts';
import { type Column, listTable } from '../page/table.ts';
import { badge, github, timeAgo } from '../page/values.ts';
import { scopeOf } from '../visitor.ts';
import { reasonBars } from './reason-bars.ts';

const list: ListSpec<RejectionSort, RejectionFilter> = {
  path: '/rejections',
  sorts: ['at', 'reason', 'repository'],
  filters: ['reason', 'repository'],
};

function detailText(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .map(
      ([name, value]) =>
        `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join('; ');
}

function columns(webUrl: string, now: Date): Column<RejectionRow, RejectionSort>[] {
  return [
    {
      label: 'Pull request',
      sort: 'repository',
      heads: true,
      cell: ({ repository, pull_number, title }) =>
        html`${github(webUrl, `${repository}/pull/${pull_number}`, `${repository} #${pull_number}`)}<br /><span
            class="why"
            >${title}</span
          >`,
    },
    {
      label: 'Reason',
      sort: 'reason',
      cell: ({ reason }) => html`${badge(reason)}<br /><span class="why">${rejectionText[reason]}</span>`,
    },
    { label: 'Detail', cell: ({ detail }) => html`<span class="why">${detailText(detail)}</span>` },
    { label: 'When', sort: 'at', cell: ({ at }) => timeAgo(at, now) },
  ];
}

interface Found {
  readonly reasons: readonly ReasonCount[];
  readonly page: Page<RejectionRow>;
  readonly repositories: readonly string[];
}

function view(state: ListState<RejectionSort, RejectionFilter>, found: Found, webUrl: string, now: Date) {
  const { reasons, page, repositories } = found;
  const form = filterForm(list, state, [
    { name: 'reason', label: 'Reason', choices: choices(rejectionReasons), all: 'any' },
    {
      name: 'repository',
      label: 'Repository',
      choices: repositories.map((value) => ({ value, label: value })),
      all: 'all',
    },
  ]);
  return html`<h1>Rejections</h1>
    <p class="lead">Pull requests that are no instance, each with its reason.</p>
    <section>${reasonBars(reasons)}</section>
    ${form}
    ${listTable({ spec: list, state, caption: 'Rejected pull requests', columns: columns(webUrl, now), page, empty: 'No rejection matches.' })}`;
}

/** What was not collected, and why. */
export function rejectionsPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/rejections', async (c) => {
    const scope = scopeOf(c.get('visitor'));
    const state = readList(list, queryOf(c));
    const [reasons, rows, repositories] = await Promise.all([
      countReasons(deps.db, scope),
      listRejections(deps.db, scope, listQuery(state)),
      repositoryNames(deps.db, scope),
    ]);
    const context = pageContext(c, deps);
    const content = view(
      state,
      { reasons, page: pageOf(rows), repositories },
      deps.info.githubWebUrl,
      context.now,
    );
    return c.html(layout(context, 'Rejections', content));
  });
  return app;
}
