import { html } from 'hono/html';
import type { StoredReward } from '../../db/tables/instance.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { bar, explanation, missing } from '../page/values.ts';
import { errorSentence, hackSentence, partSentence, refusalSentence } from './reward-sentences.ts';

/** Why there is no reward, or −1, in a sentence; null where the parts say it all. */
function why({ error, reason }: StoredReward): string | null {
  if (error !== null) return errorSentence(error);
  return reason === undefined ? null : refusalSentence(reason);
}

export function tone(reward: number): string {
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
    <dd>
      <span class="figure">${value === null || value === undefined ? missing() : shown}</span>
      ${explanation(partSentence(name, value))}
    </dd>
  </div>`;
}

/** In this order; JSON from the database has its own. */
const partOrder = ['format', 'change', 'execution', 'penalties'];

function partsInOrder(parts: StoredReward['parts']): [string, unknown][] {
  const known = partOrder
    .filter((name) => name in parts)
    .map((name): [string, unknown] => [name, parts[name]]);
  return [...known, ...Object.entries(parts).filter(([name]) => !partOrder.includes(name))];
}

/** The name is what metrics and exports call it. */
function hackNote(hack: string): Markup {
  return html`<p class="hack">
    <strong>Degenerate edit</strong> <code>${hack}</code> ${hackSentence(hack)}
  </p>`;
}

/** One formula's answer with everything that it was made of. */
export function rewardView(reward: StoredReward): Markup {
  const files = reward.per_file ?? [];
  return html`<div class="score">
    <p>${rewardNumber(reward.reward)} <span class="formula">${reward.formula}</span></p>
    ${explanation(why(reward))} ${reward.hack === null ? nothing : hackNote(reward.hack)}
    ${
      files.length === 0
        ? nothing
        : html`<ul class="similarities" aria-label="Similarity by file">
            ${files.map(similarity)}
          </ul>`
    }
    <dl class="parts">${partsInOrder(reward.parts).map(part)}</dl>
  </div>`;
}
