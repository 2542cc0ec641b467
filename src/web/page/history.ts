import { html } from 'hono/html';
import type { TransitionRow } from '../../queries/history.ts';
import { type Markup, nothing } from './markup.ts';
import { badge, dateTime } from './values.ts';

function change({ from_status, to_status, event, reason, job_id, at }: TransitionRow): Markup {
  return html`<li>
    ${dateTime(at)}
    <span>${from_status === null ? nothing : html`${badge(from_status)} → `}${badge(to_status)}</span>
    <span class="why"
      >${event.replaceAll('_', ' ')}${reason === null ? '' : `: ${reason.replaceAll('_', ' ')}`}
      ${job_id === null ? nothing : html`<span title="job ${job_id}">· job ${job_id.slice(0, 8)}</span>`}</span
    >
  </li>`;
}

/** State changes in order, each with what caused it. */
/** Of a longer history, the beginning is shown. */
export const maxHistory = 200;

export function historyView(transitions: readonly TransitionRow[]): Markup {
  if (transitions.length === 0) return html`<p class="empty">No state change is recorded.</p>`;
  return html`<ol class="history">
    ${transitions.map(change)}
  </ol>`;
}
