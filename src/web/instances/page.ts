import { Hono } from 'hono';
import { html } from 'hono/html';
import { MendloopError } from '../../domain/errors.ts';
import type { Instance } from '../../domain/instance.ts';
import { type TransitionRow, historyOf } from '../../queries/history.ts';
import {
  bestCandidates,
  type CandidateRow,
  findInstance,
  type InstanceDetail,
  type IssueRow,
  listIssues,
} from '../../queries/instances.ts';
import { pageContext } from '../page/context.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from '../page/environment.ts';
import { historyView, maxHistory } from '../page/history.ts';
import { layout } from '../page/layout.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { mayRead } from '../page/visitor.ts';
import { candidateList } from './candidates.ts';
import { diffView } from './diff.ts';
import { rewardView } from './reward.ts';
import { about, contextFiles, headline, linkedIssues, longText } from './view.ts';

interface Whole {
  readonly row: InstanceDetail;
  readonly candidates: readonly CandidateRow[];
  readonly issues: readonly IssueRow[];
  readonly transitions: readonly TransitionRow[];
}

async function readWhole({ db }: DashboardDeps, row: InstanceDetail): Promise<Whole> {
  const evidence = row.body?.link_evidence.map(({ number }) => number) ?? [];
  const [candidates, issues, transitions] = await Promise.all([
    bestCandidates(db, row.instance_id),
    listIssues(db, row.repository_id, [...(row.body?.linked_issues ?? []), ...evidence]),
    historyOf(db, 'instance', row.instance_id, maxHistory),
  ]);
  return { row, candidates, issues, transitions };
}

function content(body: Instance, { row, candidates, issues }: Whole, webUrl: string): Markup {
  const { oracle_reward: reward } = row;
  return html`<section>
      <h2>Issue</h2>
      ${linkedIssues(body, issues, webUrl)}${longText(body.problem_statement, 'The issue has no text.')}
      ${
        body.hints_text === ''
          ? nothing
          : html`<details class="file">
              <summary>Hints: comments before the first push</summary>
              ${longText(body.hints_text, '')}
            </details>`
      }
    </section>
    <section>
      <h2>Oracle</h2>
      <p class="lead">The change of the source files that was merged.</p>
      ${reward === null ? nothing : rewardView(reward)}${diffView(body.patch, 'No source file changes.')}
    </section>
    <section>
      <h2>Candidates</h2>
      ${candidateList(candidates, body.patch)}
    </section>
    <section>
      <h2>Tests</h2>
      ${diffView(body.test_patch, 'The pull request changes no tests.')}
    </section>
    ${
      body.other_patch === ''
        ? nothing
        : html`<section>
            <h2>Other files</h2>
            ${diffView(body.other_patch, '')}
          </section>`
    }
    <section>
      <h2>Context</h2>
      <p class="lead">The files that a model is shown, before the fix.</p>
      ${contextFiles(body.context)}
    </section>`;
}

function view(whole: Whole, webUrl: string): Markup {
  const { row, transitions } = whole;
  const { body } = row;
  return html`${headline(row, webUrl)} ${about(row)}
    ${body === null ? html`<p class="empty">No content is stored: it was not collected yet, was rejected, or was purged.</p>` : content(body, whole, webUrl)}
    <section>
      <h2>History</h2>
      ${historyView(transitions)}
    </section>`;
}

/** One instance, whole. */
export function instancePage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/instances/:id', async (c) => {
    const row = await findInstance(deps.db, c.req.param('id').replaceAll('\u0000', ''));
    if (row === undefined || !mayRead(c.get('visitor'), row.repository_id)) {
      throw new MendloopError('not_found', 'There is no such instance.');
    }
    const whole = await readWhole(deps, row);
    return c.html(layout(pageContext(c, deps), row.instance_id, view(whole, deps.info.githubWebUrl)));
  });
  return app;
}
