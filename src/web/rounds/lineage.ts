import { html } from 'hono/html';
import type { Ancestor } from '../../queries/checkpoints.ts';
import type { Markup } from '../page/markup.ts';
import { badge } from '../page/values.ts';

/** What the round made, and each checkpoint that it goes back to. */
export function lineageView(line: readonly Ancestor[]): Markup {
  if (line.length === 0) return html`<p class="empty">No checkpoint came of it.</p>`;
  const item = ({ checkpoint_id, round_id, status, generation }: Ancestor): Markup =>
    html`<li>
      <code>${checkpoint_id}</code> ${badge(status)}
      <span class="why"
        >${generation === 0 ? 'of this round' : html`merged into the base before it, from <a href="/rounds/${round_id}">${round_id}</a>`}</span
      >
    </li>`;
  return html`<ol class="plain-list">
    ${line.map(item)}
    <li>base model</li>
  </ol>`;
}
