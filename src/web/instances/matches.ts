import { html } from 'hono/html';
import { diffPatches } from '../../diff/file-patches.ts';
import { isMendloopError } from '../../domain/errors.ts';
import { explainPatches } from '../../reward/paper/explain.ts';
import type { FileExplanation, Stretch } from '../../reward/paper/explain.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { bar, count } from '../page/values.ts';
import { tone } from './reward.ts';

/** Characters shown of one side of one file; the whole patch is below, and in the export. */
const shownLength = 12_000;
/** Each part is an element; a browser lays out some thousand of them at once. */
const shownParts = 1200;
/** What the comparisons of one page may cost together, in characters and in time. */
const comparedLength = 400_000;
const comparedMs = 400;

/** What the comparisons of a page may still cost. */
export interface MatchRoom {
  characters: number;
  ms: number;
}

export function createMatchRoom(): MatchRoom {
  return { characters: comparedLength, ms: comparedMs };
}

/** Which parts of a candidate's patch and of the oracle's the paper's similarity counts as equal, by file. */
export function matchesView(patch: string, oraclePatch: string, room: MatchRoom): Markup {
  const files = compared(patch, oraclePatch, room);
  if (files === null) {
    return html`<p class="empty">
      What matches is not shown: the patches of this page are too long to be compared for it.
    </p>`;
  }
  if (files.length === 0) return nothing;
  return html`<div class="matches-of-files">
    <p class="why">
      What <span class="formula">paper/1</span> compares, character by character:
      <mark class="legend">underlined</mark> is in both patches and counts, the rest is in one only.
    </p>
    ${files.map(fileView)}
  </div>`;
}

/** Null where that would take more than there is room for. */
function compared(patch: string, oraclePatch: string, room: MatchRoom): readonly FileExplanation[] | null {
  room.characters -= patch.length + oraclePatch.length;
  if (room.characters < 0 || room.ms <= 0) return null;
  const started = performance.now();
  const deadline = {
    get aborted() {
      return performance.now() - started > room.ms;
    },
  };
  try {
    return explainPatches(diffPatches([patch]), diffPatches([oraclePatch]), deadline);
  } catch (error) {
    if (isMendloopError(error) && error.code === 'cancelled') return null;
    throw error;
  } finally {
    room.ms -= performance.now() - started;
  }
}

function fileView({ path, similarity, predicted, oracle }: FileExplanation): Markup {
  return html`<details class="file">
    <summary>
      <span class="match-head"
        ><code>${path}</code> ${bar(similarity, tone(similarity))}
        <span class="figure">${similarity.toFixed(4)}</span></span
      >
    </summary>
    <div class="sides">
      ${side('Candidate', predicted, 'It does not change this file.')}
      ${side('Oracle', oracle, 'The oracle does not change this file.')}
    </div>
  </details>`;
}

function side(title: string, parts: readonly Stretch[], empty: string): Markup {
  const { shown, left } = cut(parts);
  return html`<section class="side">
    <h4>${title}</h4>
    ${
      parts.length === 0
        ? html`<p class="empty">${empty}</p>`
        : html`<pre
            class="matches"
            tabindex="0"
            aria-label="${title}"
          ><code>${shown.map(partView)}</code></pre>`
    }
    ${left > 0 ? html`<p class="empty">${count(left)} more characters</p>` : nothing}
  </section>`;
}

function partView({ text, isMatched }: Stretch): Markup {
  return isMatched ? html`<mark>${text}</mark>` : html`<span>${text}</span>`;
}

/** The parts that fit, the last one cut; `left` counts characters. */
function cut(parts: readonly Stretch[]): { shown: Stretch[]; left: number } {
  const shown: Stretch[] = [];
  let length = 0;
  let left = 0;
  for (const { text, isMatched } of parts) {
    const fits = shown.length < shownParts ? text.slice(0, shownLength - length) : '';
    if (fits !== '') shown.push({ text: fits, isMatched });
    length += fits.length;
    left += text.length - fits.length;
  }
  return { shown, left };
}
