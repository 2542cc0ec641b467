import { Hono } from 'hono';
import { html } from 'hono/html';
import { type AliasName, aliasNames, checkpointStatuses } from '../../domain/round.ts';
import {
  type AliasRow,
  listAliases,
  type CheckpointFilter,
  type CheckpointRow,
  type CheckpointSort,
  listCheckpoints,
} from '../../queries/checkpoints.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext, queryOf } from '../page/context.ts';
import { choices, filterForm } from '../page/filter-form.ts';
import { layout } from '../page/layout.ts';
import { type ListSpec, type ListState, listQuery, type Page, pageOf, readList } from '../page/list.ts';
import type { Markup } from '../page/markup.ts';
import { type Column, listTable } from '../page/table.ts';
import { badge, facts, hash, missing, timeAgo } from '../page/values.ts';
import { scopeOf } from '../visitor.ts';

const list: ListSpec<CheckpointSort, CheckpointFilter> = {
  path: '/checkpoints',
  sorts: ['created_at', 'checkpoint_id', 'status'],
  filters: ['status'],
};

const aliasTexts: Record<AliasName, string> = {
  stable: 'what answers issues, and what a candidate has to beat',
  canary: 'what is tried on a part of the issues first',
};

function columns(now: Date): Column<CheckpointRow, CheckpointSort>[] {
  return [
    {
      label: 'Checkpoint',
      sort: 'checkpoint_id',
      heads: true,
      cell: ({ checkpoint_id, aliases }) =>
        html`<code>${checkpoint_id}</code> ${aliases.map((name) => html`<span class="tag">${name}</span> `)}`,
    },
    { label: 'Status', sort: 'status', cell: ({ status }) => badge(status) },
    { label: 'Gate', cell: ({ decision }) => (decision === null ? missing() : badge(decision)) },
    { label: 'Round', cell: ({ round_id }) => html`<a href="/rounds/${round_id}">${round_id}</a>` },
    { label: 'Kind', cell: ({ kind }) => (kind === 'lora' ? 'adapter' : 'whole model') },
    {
      label: 'Trained from',
      cell: ({ parent_id }) => (parent_id === null ? 'base model' : html`<code>${parent_id}</code>`),
    },
    { label: 'Hash', cell: ({ tree_sha256 }) => hash(tree_sha256) },
    { label: 'Made', sort: 'created_at', cell: ({ created_at }) => timeAgo(created_at, now) },
  ];
}

function target(alias: AliasRow | undefined): Markup {
  if (alias === undefined || alias.checkpoint_id === null) return html`base model`;
  if (!alias.visible) return html`a checkpoint of other repositories`;
  return html`<a href="/rounds/${alias.round_id}"><code>${alias.checkpoint_id}</code></a>`;
}

function aliasFacts(aliases: readonly AliasRow[], now: Date): Markup {
  return facts(
    aliasNames.map((name) => {
      const alias = aliases.find((row) => row.name === name);
      const since = alias === undefined ? '' : html`since ${timeAgo(alias.updated_at, now)}, `;
      return {
        term: name,
        value: html`${target(alias)}<br /><span class="why">${since}${aliasTexts[name]}</span>`,
      };
    }),
  );
}

function view(
  state: ListState<CheckpointSort, CheckpointFilter>,
  page: Page<CheckpointRow>,
  aliases: readonly AliasRow[],
  now: Date,
): Markup {
  const form = filterForm(list, state, [
    { name: 'status', label: 'Status', choices: choices(checkpointStatuses), all: 'any' },
  ]);
  return html`<h1>Checkpoints</h1>
    <p class="lead">What rounds made, and which of it is in use.</p>
    ${aliasFacts(aliases, now)} ${form}
    ${listTable({ spec: list, state, caption: 'Checkpoints', columns: columns(now), page, empty: 'No checkpoint matches.' })}`;
}

/** Every checkpoint, and what the aliases mean. */
export function checkpointsPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/checkpoints', async (c) => {
    const scope = scopeOf(c.get('visitor'));
    const state = readList(list, queryOf(c));
    const [rows, aliases] = await Promise.all([
      listCheckpoints(deps.db, scope, listQuery(state)),
      listAliases(deps.db, scope),
    ]);
    const context = pageContext(c, deps);
    return c.html(layout(context, 'Checkpoints', view(state, pageOf(rows), aliases, context.now)));
  });
  return app;
}
