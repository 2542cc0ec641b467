import { html } from 'hono/html';
import { rejectionText } from '../../domain/rejection.ts';
import type { ReasonCount } from '../../queries/rejections.ts';
import type { Markup } from '../page/markup.ts';
import { bar, count } from '../page/values.ts';

/** Rejections by reason as bars, each with its meaning. */
export function reasonBars(reasons: readonly ReasonCount[]): Markup {
  if (reasons.length === 0) return html`<p class="empty">Nothing was rejected yet.</p>`;
  const most = Math.max(...reasons.map((reason) => reason.count));
  const row = ({ reason, count: rejected }: ReasonCount): Markup =>
    html`<li>
      <a href="/rejections?reason=${reason}">${reason.replaceAll('_', ' ')}</a>
      <span class="figure">${count(rejected)}</span>
      ${bar(rejected / most, 'wait')}
      <p>${rejectionText[reason]}</p>
    </li>`;
  return html`<ul class="reasons">
    ${reasons.map(row)}
  </ul>`;
}
