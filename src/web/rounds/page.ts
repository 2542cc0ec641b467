import { Hono } from 'hono';
import { html } from 'hono/html';
import { MendloopError } from '../../domain/errors.ts';
import { ancestorsOf } from '../../queries/checkpoints.ts';
import { historyOf } from '../../queries/history.ts';
import {
  countWarnings,
  type EventPosition,
  latestPosition,
  latestSamples,
  listAttempts,
  listPhases,
} from '../../queries/round-progress.ts';
import { listSteps } from '../../queries/round-steps.ts';
import { findSnapshot, snapshotInstances } from '../../queries/snapshots.ts';
import { roundScriptPath } from '../assets.ts';
import type { DashboardDeps, WebApp, WebContext, WebEnvironment } from '../environment.ts';
import { pageContext } from '../page/context.ts';
import { historyView, maxHistory } from '../page/history.ts';
import { type PageContext, layout } from '../page/layout.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { scopeOf, type Visitor } from '../visitor.ts';
import { isOver, type SeenRound, seenRound } from './access.ts';
import { curvesView } from './curves.ts';
import { dataView } from './data.ts';
import { gateView } from './gate.ts';
import { lineageView } from './lineage.ts';
import { attemptTable, phaseTable, warningList } from './phases.ts';
import { samplesView } from './samples.ts';
import { cancelForm, standing } from './view.ts';

/** The stream goes on from `cursor`, read before the rest, so that nothing falls between the two. */
async function readWhole({ db }: DashboardDeps, { round, rights }: SeenRound, visitor: Visitor) {
  const { round_id, snapshot_id } = round;
  const cursor = await latestPosition(db, round_id);
  const [attempts, phases, steps, warnings, samples, snapshot, instances, line, transitions] =
    await Promise.all([
      listAttempts(db, round_id),
      listPhases(db, round_id),
      listSteps(db, round_id),
      countWarnings(db, round_id),
      rights.read ? latestSamples(db, round_id) : [],
      snapshot_id === null ? undefined : findSnapshot(db, snapshot_id),
      snapshot_id === null ? null : snapshotInstances(db, scopeOf(visitor), snapshot_id),
      ancestorsOf(db, round_id),
      historyOf(db, 'round', round_id, maxHistory),
    ]);
  return { cursor, attempts, phases, steps, warnings, samples, snapshot, instances, line, transitions };
}
type Whole = Awaited<ReturnType<typeof readWhole>>;

/** A part of the page that is drawn anew when the stream tells one of these events. */
function livePart(id: string, round_id: string, events: string, content: Markup): Markup {
  return html`<div
    id="${id}"
    data-moved-by="${events}"
    hx-get="/rounds/${round_id}"
    hx-trigger="moved"
    hx-select="#${id} > *"
    hx-swap="innerHTML"
  >
    ${content}
  </div>`;
}

function nowView({ round }: SeenRound, whole: Whole): Markup {
  return html`${standing(round, isOver(round))}
    <section>
      <h2>Training</h2>
      ${curvesView(whole.steps, round.engine === 'trl_sft')}
    </section>
    <section>
      <h2>Gate</h2>
      ${gateView(round.gate)}
    </section>
    <section>
      <h2>Attempts</h2>
      ${attemptTable(whole.attempts)} ${warningList(whole.warnings)}
    </section>
    <section>
      <h2>Phases</h2>
      ${phaseTable(whole.phases)}
    </section>`;
}

function samplesSection({ rights }: SeenRound, { samples }: Whole): Markup {
  return html`<section>
    <h2>Samples</h2>
    <p class="lead">Answers of the model in training, newest first, as the reward saw them.</p>
    ${samplesView(samples, rights.read)}
  </section>`;
}

function historySection({ transitions }: Whole): Markup {
  return html`<section>
    <h2>History</h2>
    ${historyView(transitions)}
  </section>`;
}

function eventsPath(round_id: string, { attempt, seq }: EventPosition): string {
  return `/rounds/${round_id}/events?after=${attempt}-${seq}`;
}

function view(seen: SeenRound, whole: Whole, { formToken }: PageContext): Markup {
  const { round, rights } = seen;
  const { round_id } = round;
  const isLive = !isOver(round);
  return html`<p class="crumb"><a href="/rounds">Rounds</a></p>
    <h1>${round_id}</h1>
    ${isLive ? html`<div id="round-events" data-events="${eventsPath(round_id, whole.cursor)}"></div>` : nothing}
    ${livePart('now', round_id, 'state phase step checkpoint warning end', nowView(seen, whole))}
    ${livePart('samples', round_id, 'sample', samplesSection(seen, whole))}
    <section>
      <h2>Training data</h2>
      ${dataView(whole.snapshot, whole.instances)}
    </section>
    <section>
      <h2>Lineage</h2>
      ${lineageView(whole.line)}
    </section>
    ${livePart('history', round_id, 'state', historySection(whole))}
    ${
      isLive && rights.cancel
        ? html`<section>
            <h2>Cancel</h2>
            ${cancelForm(round, formToken)}
          </section>`
        : nothing
    }
    ${isLive ? html`<script src="${roundScriptPath}" defer></script>` : nothing}`;
}

async function cancel(deps: DashboardDeps, c: WebContext): Promise<Response> {
  const { round, rights } = await seenRound(deps, c);
  const { round_id } = round;
  if (!rights.cancel) {
    throw new MendloopError(
      'policy_refused',
      'Only an administrator of every repository of a round may cancel it.',
    );
  }
  const visitor = c.get('visitor');
  const isAsked = await deps.cancelRound(round_id);
  if (isAsked) deps.log.info({ round_id, at: visitor.at }, 'cancel asked');
  return c.redirect(`/rounds/${round_id}?done=${isAsked ? 'cancel' : 'cancel-late'}`, 303);
}

/** One round, live: what it does, what it learned, what it was made of and what became of it. */
export function roundPage(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/rounds/:id', async (c) => {
    const seen = await seenRound(deps, c);
    const whole = await readWhole(deps, seen, c.get('visitor'));
    const context = pageContext(c, deps);
    return c.html(layout(context, seen.round.round_id, view(seen, whole, context)));
  });
  app.post('/rounds/:id/cancel', (c) => cancel(deps, c));
  return app;
}
