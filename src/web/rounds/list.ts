import { Hono } from 'hono';
import { html } from 'hono/html';
import { engineNames, roundCauses, roundStates } from '../../domain/round.ts';
import { rewardCurves } from '../../queries/round-steps.ts';
import {
  listRounds,
  roundClusters,
  type RoundFilter,
  roundFilters,
  type RoundRow,
  type RoundSort,
} from '../../queries/rounds.ts';
import { type Pause, readPause } from '../../train/schedule/pause.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext, queryOf } from '../page/context.ts';
import { choices, filterForm } from '../page/filter-form.ts';
import { layout } from '../page/layout.ts';
import { type ListSpec, type ListState, listQuery, type Page, pageOf, readList } from '../page/list.ts';
import { nothing } from '../page/markup.ts';
import { type Column, listTable } from '../page/table.ts';
import { badge, missing, timeAgo } from '../page/values.ts';
import { scopeOf } from '../visitor.ts';
import { sparkline } from './plot/spark.ts';
import { causeText, progress } from './view.ts';

const list: ListSpec<RoundSort, RoundFilter> = {
  path: '/rounds',
  sorts: ['created_at', 'round_id', 'state', 'reward'],
  filters: roundFilters,
};

type Curves = ReadonlyMap<string, readonly number[]>;

function columns(curves: Curves, now: Date): Column<RoundRow, RoundSort>[] {
  return [
    {
      label: 'Round',
      sort: 'round_id',
      heads: true,
      cell: ({ round_id, cause, night }) =>
        html`<a href="/rounds/${round_id}">${round_id}</a><br /><span class="why"
            >${causeText(cause, night)}</span
          >`,
    },
    {
      label: 'State',
      sort: 'state',
      cell: ({ state, reason }) =>
        html`${badge(state)}
        ${reason === null ? nothing : html`<span class="why">${reason.replaceAll('_', ' ')}</span>`}`,
    },
    { label: 'Cluster', cell: ({ cluster }) => cluster },
    {
      label: 'Engine',
      cell: ({ engine, formula }) =>
        html`<code>${engine}</code><br /><span class="formula">${formula}</span>`,
    },
    { label: 'Steps', cell: ({ step, total_steps }) => progress(step, total_steps) },
    {
      label: 'Reward mean',
      sort: 'reward',
      cell: ({ round_id, reward }) =>
        html`${sparkline(curves.get(round_id) ?? [])} ${reward === null ? missing() : reward.toFixed(3)}`,
    },
    { label: 'Gate', cell: ({ decision }) => (decision === null ? missing() : badge(decision)) },
    { label: 'Planned', sort: 'created_at', cell: ({ created_at }) => timeAgo(created_at, now) },
  ];
}

interface Rounds {
  readonly page: Page<RoundRow>;
  readonly curves: Curves;
  readonly clusters: readonly string[];
  readonly pause: Pause | null;
}

function view(
  state: ListState<RoundSort, RoundFilter>,
  { page, curves, clusters, pause }: Rounds,
  now: Date,
) {
  const form = filterForm(list, state, [
    { name: 'state', label: 'State', choices: choices(roundStates), all: 'any' },
    { name: 'cause', label: 'Cause', choices: choices(roundCauses), all: 'any' },
    {
      name: 'engine',
      label: 'Engine',
      choices: engineNames.map((value) => ({ value, label: value })),
      all: 'any',
    },
    {
      name: 'cluster',
      label: 'Cluster',
      choices: clusters.map((value) => ({ value, label: value })),
      all: 'any',
    },
  ]);
  return html`<h1>Rounds</h1>
    <p class="lead">
      Each round trains on what was collected, and is promoted only where it shows that it is better.
    </p>
    ${pause === null ? nothing : html`<p class="lead">Nightly rounds pause until ${pause.until ?? html`<code>mendloop round unpause</code>`}.</p>`}
    ${form}
    ${listTable({ spec: list, state, caption: 'Rounds', columns: columns(curves, now), page, empty: 'No round matches.' })}`;
}

/** Every round of training. */
export function roundsPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/rounds', async (c) => {
    const scope = scopeOf(c.get('visitor'));
    const state = readList(list, queryOf(c));
    const context = pageContext(c, deps);
    const [rows, clusters, pause] = await Promise.all([
      listRounds(deps.db, scope, listQuery(state)),
      roundClusters(deps.db, scope),
      readPause(deps.db, context.now.toISOString().slice(0, 10)),
    ]);
    const page = pageOf(rows);
    const curves = await rewardCurves(
      deps.db,
      page.rows.map(({ round_id }) => round_id),
    );
    return c.html(layout(context, 'Rounds', view(state, { page, curves, clusters, pause }, context.now)));
  });
  return app;
}
