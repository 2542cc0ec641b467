import { html } from 'hono/html';
import type { StoredReward } from '../../db/tables.ts';
import type { FormatError } from '../../reward/parse-output.ts';
import { type Markup, nothing } from './markup.ts';
import { bar, missing } from './values.ts';

const errors = {
  tag_count: 'The answer does not hold each of the four tags exactly once.',
  empty_thought: 'The answer holds no reasoning.',
  no_blocks: 'The answer holds no edit in the required form.',
  search_equals_replace: 'An edit replaces lines by the same lines.',
  search_not_found: 'An edit looks for lines that the file does not hold.',
} satisfies Record<FormatError, string>;

function formatError(code: string): string {
  const known = Object.entries(errors).find(([error]) => error === code);
  return known?.[1] ?? `No reward: ${code.replaceAll('_', ' ')}.`;
}

/** Why a reward is what it is, in a sentence; null where the similarities say it all. */
function why({ error, reason, hack }: StoredReward): string | null {
  if (error !== null) return formatError(error);
  if (hack !== null) return `Recognised as a degenerate edit: ${hack.replaceAll('_', ' ')}.`;
  return reason === undefined ? null : `${reason.replaceAll('_', ' ')}.`;
}

function tone(reward: number): string {
  if (reward >= 0.8) return 'good';
  return reward >= 0.3 ? 'wait' : 'bad';
}

/** −1 … 1 to three digits, as a word-free label. */
export function rewardNumber(reward: number | null): Markup {
  if (reward === null) return missing();
  return html`<span class="reward ${tone(reward)}">${reward.toFixed(3).replace('-', '−')}</span>`;
}

function similarity([path, value]: readonly [string, number]): Markup {
  return html`<li>
    <code>${path}</code> ${bar(value, tone(value))} <span class="figure">${value.toFixed(4)}</span>
  </li>`;
}

function part([name, value]: [string, unknown]): Markup {
  const shown = typeof value === 'number' ? value.toFixed(4).replace(/\.?0+$/, '') : JSON.stringify(value);
  return html`<div>
    <dt>${name}</dt>
    <dd>${value === null || value === undefined ? missing() : shown}</dd>
  </div>`;
}

/** One formula's answer with everything that it was made of. */
export function rewardView(reward: StoredReward): Markup {
  const reason = why(reward);
  const files = reward.per_file ?? [];
  return html`<div class="score">
    <p>${rewardNumber(reward.reward)} <span class="formula">${reward.formula}</span></p>
    ${reason === null ? nothing : html`<p class="why">${reason}</p>`}
    ${
      files.length === 0
        ? nothing
        : html`<ul class="similarities" aria-label="Similarity by file">
            ${files.map(similarity)}
          </ul>`
    }
    <dl class="parts">${Object.entries(reward.parts).map(part)}</dl>
  </div>`;
}
