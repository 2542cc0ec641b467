import { html } from 'hono/html';
import type { CandidateOrigin } from '../../domain/instance.ts';
import type { CandidateRow } from '../../queries/instances.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { badge } from '../page/values.ts';
import { diffView } from './diff.ts';
import { createMatchRoom, type MatchRoom, matchesView } from './matches.ts';
import { rewardNumber, rewardView } from './reward.ts';

const originText: Record<CandidateOrigin, string> = {
  policy: 'an answer of the model that is being trained',
  pr_revision: 'an earlier head of the merged pull request',
  rival_pr: 'another pull request for the same issue, closed without being merged',
  proposal: 'a proposal of this App',
};

function candidate(row: CandidateRow, oraclePatch: string, room: MatchRoom): Markup {
  const { origin, source, patch, rewards } = row;
  const scores = Object.values(rewards);
  const name = /^[0-9a-f]{40}$/.test(source) ? source.slice(0, 10) : source;
  return html`<details class="candidate card">
    <summary>
      ${scores[0] === undefined ? nothing : rewardNumber(scores[0].reward)}
      <code title="${source}">${name}</code> ${badge(origin)} <span class="why">${originText[origin]}</span>
    </summary>
    <h3>Rewards</h3>
    <div class="scores">${scores.map(rewardView)}</div>
    <h3>What matches the oracle</h3>
    ${matchesView(patch, oraclePatch, room)}
    <h3>Patch</h3>
    ${diffView(patch, 'It changes nothing.')}
  </details>`;
}

/** Other answers to the same issue, each with its rewards, and why, beside the oracle's patch. */
export function candidateList(candidates: readonly CandidateRow[], oraclePatch: string): Markup {
  if (candidates.length === 0) return html`<p class="empty">There is no other answer to this issue yet.</p>`;
  const room = createMatchRoom();
  return html`<div class="candidates">${candidates.map((row) => candidate(row, oraclePatch, room))}</div>`;
}
