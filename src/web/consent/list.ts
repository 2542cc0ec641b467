import { Hono } from 'hono';
import { html } from 'hono/html';
import { consentScopes } from '../../domain/consent.ts';
import { type ConsentFilter, type ConsentRow, type ConsentSort, listConsent } from '../../queries/consent.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext, queryOf } from '../page/context.ts';
import { choices, filterForm } from '../page/filter-form.ts';
import { layout } from '../page/layout.ts';
import { type ListSpec, type ListState, listQuery, type Page, pageOf, readList } from '../page/list.ts';
import { nothing } from '../page/markup.ts';
import { type Column, listTable } from '../page/table.ts';
import { badge, timeAgo } from '../page/values.ts';
import { mayAdminister, scopeOf, type Visitor } from '../visitor.ts';
import { consentText } from './view.ts';

const list: ListSpec<ConsentSort, ConsentFilter> = {
  path: '/consent',
  sorts: ['updated_at', 'repository', 'consent'],
  filters: ['consent'],
};

function columns(visitor: Visitor, now: Date): Column<ConsentRow, ConsentSort>[] {
  return [
    {
      label: 'Repository',
      sort: 'repository',
      heads: true,
      cell: ({ repository_id, full_name, private: hidden, status }) =>
        html`<a href="/consent/${repository_id}">${full_name}</a> ${hidden ? badge('private') : nothing}
          ${status === 'removed' ? badge('removed') : nothing}`,
    },
    { label: 'Consent', sort: 'consent', cell: ({ consent }) => badge(consent) },
    { label: 'Meaning', cell: ({ consent }) => html`<span class="why">${consentText[consent]}</span>` },
    { label: 'Last change', sort: 'updated_at', cell: ({ updated_at }) => timeAgo(updated_at, now) },
    {
      label: 'Action',
      cell: ({ repository_id, full_name }) =>
        html`<a class="button quiet" href="/consent/${repository_id}" aria-label="Consent of ${full_name}"
          >${mayAdminister(visitor, repository_id) ? 'Change' : 'History'}</a
        >`,
    },
  ];
}

function view(
  state: ListState<ConsentSort, ConsentFilter>,
  page: Page<ConsentRow>,
  visitor: Visitor,
  now: Date,
) {
  const form = filterForm(list, state, [
    { name: 'consent', label: 'Consent', choices: choices(consentScopes), all: 'any' },
  ]);
  return html`<h1>Consent</h1>
    <p class="lead">What the owners of each repository allow. Private repositories start at “none”.</p>
    ${form}
    ${listTable({ spec: list, state, caption: 'Repositories', columns: columns(visitor, now), page, empty: 'No repository matches.' })}`;
}

/** What each repository allows. */
export function consentListPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/consent', async (c) => {
    const visitor = c.get('visitor');
    const state = readList(list, queryOf(c));
    const rows = await listConsent(deps.db, scopeOf(visitor), listQuery(state));
    const context = pageContext(c, deps);
    return c.html(layout(context, 'Consent', view(state, pageOf(rows), visitor, context.now)));
  });
  return app;
}
