import { Hono } from 'hono';
import { html } from 'hono/html';
import { MendloopError } from '../../domain/errors.ts';
import type { JobRow, QueueCounts } from '../../jobs/admin.ts';
import { namesById } from '../../queries/repositories.ts';
import type { DashboardDeps, WebApp, WebContext, WebEnvironment } from '../environment.ts';
import { pageContext } from '../page/context.ts';
import { type PageContext, layout } from '../page/layout.ts';
import type { Markup } from '../page/markup.ts';
import { mayAdminister, scopeOf } from '../visitor.ts';
import { deadTable, type Names, queueTable, runningTable, waitingTable } from './tables.ts';

const shownJobs = 50;

interface Jobs {
  readonly queues: readonly QueueCounts[];
  readonly running: readonly JobRow[];
  readonly waiting: readonly JobRow[];
  readonly dead: readonly JobRow[];
  readonly names: Names;
}

async function readJobs({ jobs, db }: DashboardDeps, c: WebContext): Promise<Jobs> {
  const scope = scopeOf(c.get('visitor'));
  const [queues, running, waiting, dead] = await Promise.all([
    jobs.queues(scope),
    jobs.running(scope, shownJobs),
    jobs.waiting(scope, shownJobs),
    jobs.dead(scope, shownJobs),
  ]);
  const ids = [...running, ...waiting, ...dead].map((job) => job.repository_id);
  return { queues, running, waiting, dead, names: await namesById(db, ids) };
}

function section(title: string, note: string, content: Markup): Markup {
  return html`<section>
    <h2>${title}</h2>
    <p class="lead">${note}</p>
    ${content}
  </section>`;
}

function view({ queues, running, waiting, dead, names }: Jobs, { visitor, formToken, now }: PageContext) {
  return html`<h1>Jobs</h1>
    <div
      id="live"
      hx-get="/jobs"
      hx-trigger="every 5s"
      hx-select="#live"
      hx-target="#live"
      hx-swap="outerHTML"
    >
      <section>${queueTable(queues)}</section>
      ${section('Dead', 'Failed for good: nothing more happens until someone requeues them.', deadTable(dead, names, visitor, formToken))}
      ${section('Running', 'A job without a sign of life for ten seconds is taken from its worker and started again.', runningTable(running, names, now))}
      ${section('Waiting', 'Jobs of one repository run one after the other.', waitingTable(waiting, names, now))}
    </div>`;
}

/** What the workers do, and what they gave up on. */
export function jobsPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();

  app.get('/jobs', async (c) => {
    const context = pageContext(c, deps);
    return c.html(layout(context, 'Jobs', view(await readJobs(deps, c), context)));
  });

  app.post('/jobs/:id/requeue', async (c) => {
    const job = await deps.jobs.findDead(c.req.param('id').toLowerCase());
    if (job === null || !mayAdminister(c.get('visitor'), job.repository_id)) {
      throw new MendloopError('not_found', 'There is no such dead job; perhaps it was requeued already.');
    }
    if (!(await deps.jobs.requeue(job.id))) {
      throw new MendloopError('not_found', 'The job could not be moved; perhaps it was requeued already.');
    }
    deps.log.info({ job_id: job.id, kind: job.kind }, 'dead job requeued');
    return c.redirect('/jobs?done=requeued', 303);
  });
  return app;
}
