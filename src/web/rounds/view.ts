import { html } from 'hono/html';
import type { RoundDetail } from '../../queries/rounds.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { badge, bar, count, explanation, facts, hash, dateTime, missing } from '../page/values.ts';

/** Steps that are done of those that are wanted. */
export function progress(step: number | null, total: number | null): Markup {
  if (total === null || total === 0) return step === null ? missing() : html`${count(step)}`;
  return html`<span class="figure">${count(step ?? 0)} / ${count(total)}</span> ${bar((step ?? 0) / total)}`;
}

export function causeText(cause: string, night: string | null): string {
  return night === null ? cause : `${cause} of ${night}`;
}

/** Why it is in its state, in a sentence where there is one. */
function why({ state, reason, message, cancel_asked_at }: RoundDetail, isOver: boolean): string | null {
  if (!isOver && cancel_asked_at !== null) return 'It was asked to end.';
  if (message !== null && message !== '') return message;
  return reason === null || reason === state ? null : `${reason.replaceAll('_', ' ')}.`;
}

/** Where the round stands. */
export function standing(round: RoundDetail, isOver: boolean): Markup {
  const { reason, phase, deadline } = round;
  return html`${explanation(why(round, isOver))}
  ${facts([
    {
      term: 'State',
      value: html`${badge(round.state)} ${reason === null ? nothing : html`<code>${reason}</code>`}`,
    },
    { term: 'Phase', value: phase ?? missing() },
    { term: 'Steps', value: progress(round.step, round.total_steps) },
    { term: 'Cause', value: causeText(round.cause, round.night) },
    { term: 'Cluster', value: round.cluster },
    { term: 'Engine', value: html`<code>${round.engine}</code>` },
    { term: 'Reward formula', value: html`<code>${round.formula}</code>` },
    { term: 'Seed', value: String(round.seed) },
    { term: 'Specification', value: hash(round.spec_sha256) },
    { term: 'Planned', value: dateTime(round.created_at) },
    deadline === null ? null : { term: 'Ends training by', value: dateTime(deadline) },
    { term: 'Last change', value: dateTime(round.updated_at) },
  ])}`;
}

export function cancelForm({ round_id, cancel_asked_at }: RoundDetail, formToken: string): Markup {
  if (cancel_asked_at !== null) return html`<p class="empty">It was asked to end.</p>`;
  return html`<form method="post" action="/rounds/${round_id}/cancel">
    <input type="hidden" name="form_token" value="${formToken}" />
    <p class="lead">It ends with the step at work where it can. Nothing of it is promoted.</p>
    <button class="danger">Cancel this round</button>
  </form>`;
}
