import { Hono } from 'hono';
import { html } from 'hono/html';
import { countFunnel, type Funnel } from '../../queries/funnel.ts';
import { countReasons, type ReasonCount } from '../../queries/rejections.ts';
import { countRepositories, type RepositoryCounts } from '../../queries/repositories.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../environment.ts';
import { pageContext } from '../page/context.ts';
import { layout } from '../page/layout.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { type Column, table } from '../page/table.ts';
import { badge, count, timeAgo } from '../page/values.ts';
import { reasonBars } from '../rejections/reason-bars.ts';
import { scopeOf } from '../visitor.ts';
import { funnelView } from './funnel.ts';

function columns(now: Date): Column<RepositoryCounts>[] {
  return [
    {
      label: 'Repository',
      heads: true,
      cell: ({ full_name, private: hidden, status }) =>
        html`<a href="/instances?${new URLSearchParams({ repository: full_name })}">${full_name}</a>
          ${hidden ? badge('private') : nothing} ${status === 'removed' ? badge('removed') : nothing}`,
    },
    {
      label: 'Consent',
      cell: ({ repository_id, consent }) =>
        html`<a class="plain" href="/consent/${repository_id}">${badge(consent)}</a>`,
    },
    { label: 'Pull requests', numeric: true, cell: (row) => count(row.pulls) },
    { label: 'Merged', numeric: true, cell: (row) => count(row.merged) },
    { label: 'Instances', numeric: true, cell: (row) => html`<strong>${count(row.instances)}</strong>` },
    { label: 'Rejected', numeric: true, cell: (row) => count(row.rejected) },
    { label: 'Last delivery', cell: (row) => timeAgo(row.last_delivery, now) },
  ];
}

function start(funnel: Funnel): Markup {
  if (funnel.deliveries > 0) return nothing;
  return html`<p class="empty">
    Nothing has arrived yet. Install the App on a repository, or run the demo, and merged pull requests will
    show up here.
  </p>`;
}

function view(
  funnel: Funnel,
  repositories: readonly RepositoryCounts[],
  reasons: readonly ReasonCount[],
  now: Date,
) {
  return html`<h1>Overview</h1>
    <p class="lead">From what GitHub sends to what a model can learn from.</p>
    <div id="live" hx-get="/" hx-trigger="every 10s" hx-select="#live" hx-target="#live" hx-swap="outerHTML">
      <section class="card" aria-label="From deliveries to instances">
        ${funnelView(funnel)}${start(funnel)}
      </section>
      <section>
        <h2>Repositories</h2>
        ${table({ caption: 'Counts by repository', columns: columns(now), rows: repositories, empty: 'No repository is known yet.' })}
      </section>
      <section>
        <h2>Why pull requests were rejected</h2>
        ${reasonBars(reasons)}
      </section>
    </div>`;
}

/** How much of what arrived became an instance, by repository, and why the rest did not. */
export function overviewPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/', async (c) => {
    const scope = scopeOf(c.get('visitor'));
    const [funnel, repositories, reasons] = await Promise.all([
      countFunnel(deps.db, scope),
      countRepositories(deps.db, scope),
      countReasons(deps.db, scope),
    ]);
    const context = pageContext(c, deps);
    return c.html(layout(context, 'Overview', view(funnel, repositories, reasons, context.now)));
  });
  return app;
}
