import { html } from 'hono/html';
import type { CandidateOrigin } from '../../domain/instance.ts';
import type { CandidateRow } from '../queries/instance.ts';
import { diffView } from './diff.ts';
import { type Markup, nothing } from './markup.ts';
import { rewardNumber, rewardView } from './reward.ts';
import { badge } from './values.ts';

const originText: Record<CandidateOrigin, string> = {
  policy: 'an answer of the model that is being trained',
  pr_revision: 'an earlier head of the merged pull request',
  rival_pr: 'another pull request for the same issue, closed without being merged',
  proposal: 'a proposal of this App',
};

function candidate({ origin, source, patch, rewards }: CandidateRow): Markup {
  const scores = Object.values(rewards);
  const name = /^[0-9a-f]{40}$/.test(source) ? source.slice(0, 10) : source;
  return html`<details class="candidate card">
    <summary>
      ${scores[0] === undefined ? nothing : rewardNumber(scores[0].reward)}
      <code title="${source}">${name}</code> ${badge(origin)} <span class="why">${originText[origin]}</span>
    </summary>
    <div class="scores">${scores.map(rewardView)}</div>
    ${diffView(patch, 'It changes nothing.')}
  </details>`;
}

/** Other answers to the same issue, each with its rewards and why. */
export function candidateList(candidates: readonly CandidateRow[]): Markup {
  if (candidates.length === 0) return html`<p class="empty">There is no other answer to this issue yet.</p>`;
  return html`<div class="candidates">${candidates.map(candidate)}</div>`;
}
