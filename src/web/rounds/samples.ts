import { html } from 'hono/html';
import type { SampleRow } from '../../queries/round-progress.ts';
import { hackSentence } from '../instances/reward-sentences.ts';
import { rewardNumber } from '../instances/reward.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { missing } from '../page/values.ts';

function sample({ step, row_id, text, reward, hack }: SampleRow): Markup {
  return html`<article class="sample">
    <h3>
      Step ${step ?? missing()} ${rewardNumber(reward)}
      ${row_id === null ? nothing : html`<code>${row_id}</code>`}
    </h3>
    ${hack === null ? nothing : html`<p class="hack">${hackSentence(hack)}</p>`}
    <pre class="text wrap" tabindex="0"><code>${text ?? ''}</code></pre>
  </article>`;
}

/** Answers of the model in training, newest first; `mayRead`: they quote the repositories that it is trained on. */
export function samplesView(samples: readonly SampleRow[], mayRead: boolean): Markup {
  if (!mayRead) {
    return html`<p class="empty">
      Only for people who may read every repository that this round was trained on: answers quote them.
    </p>`;
  }
  if (samples.length === 0) return html`<p class="empty">No answer is kept.</p>`;
  return html`<div class="samples">${samples.map(sample)}</div>`;
}
