import { html } from 'hono/html';
import { type Markup, nothing } from './markup.ts';

const counted = new Intl.NumberFormat('en');

export function count(value: number): string {
  return counted.format(value);
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

/** "3 min. ago"; "just now" within a minute. */
export function sinceText(time: Date, now: Date): string {
  const seconds = (time.getTime() - now.getTime()) / 1000;
  const unit = units.find(([, size]) => Math.abs(seconds) >= size);
  return unit === undefined ? 'just now' : relative.format(Math.trunc(seconds / unit[1]), unit[0]);
}

/** `2026-11-23 15:02`, UTC. */
export function utc(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}

/** How long ago, with the time itself for pointers, machines and screen readers. */
export function timeAgo(time: Date | null, now: Date): Markup {
  if (time === null) return missing();
  return html`<time datetime="${time.toISOString()}" title="${utc(time)} UTC">${sinceText(time, now)}</time>`;
}

/** A time where the date itself matters. */
export function dateTime(time: Date | string | null): Markup {
  if (time === null) return missing();
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return html`${String(time)}`;
  return html`<time datetime="${date.toISOString()}">${utc(date)}</time>`;
}

/** A sentence with `code` in backticks, as the error catalogue writes its hints. */
export function withCode(sentence: string): Markup {
  const pieces = sentence.split('`');
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}

export function missing(): Markup {
  return html`<span class="missing" title="none">–</span>`;
}

/** States that are neither good nor bad have no entry. */
const tones = new Map(
  Object.entries({
    good: [
      'ready',
      'routed',
      'merged',
      'labelled',
      'train',
      'share',
      'active',
      'kept',
      'promoted',
      'promote',
      'succeeded',
    ],
    bad: ['failed', 'dead', 'removed', 'lost', 'tainted', 'refuse'],
    wait: [
      'received',
      'discovered',
      'building',
      'suspended',
      'snapshotting',
      'submitting',
      'finalising',
      'evaluating',
      'queued',
      'candidate',
    ],
    calm: ['collect', 'open', 'running', 'accumulate'],
  }).flatMap(([tone, states]) => states.map((state) => [state, tone] as const)),
);

/** A state as a small label; its colour repeats what its word says. */
export function badge(state: string): Markup {
  return html`<span class="badge ${tones.get(state) ?? 'still'}">${state.replaceAll('_', ' ')}</span>`;
}

/** A share from 0 to 1 as a bar; the number stands beside it in text. */
export function bar(share: number, tone = 'calm'): Markup {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return html`<svg class="bar ${tone}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="rail" width="100" height="6" />
    <rect class="fill" width="${width.toFixed(2)}" height="6" />
  </svg>`;
}

export function hash(sha: string | null): Markup {
  return sha === null ? missing() : html`<code title="${sha}">${sha.slice(0, 10)}</code>`;
}

/** A link that leaves for GitHub; only ever under its configured root. */
export function github(webUrl: string, path: string, label: unknown): Markup {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return html`<a class="out" rel="noreferrer" href="${webUrl}/${encoded}">${label}</a>`;
}

export interface Fact {
  readonly term: string;
  readonly value: unknown;
}

export function facts(list: readonly (Fact | null)[]): Markup {
  const known = list.filter((fact) => fact !== null);
  return html`<dl class="facts">
    ${known.map(
      ({ term, value }) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

export function explanation(text: string | null): Markup {
  return text === null ? nothing : html`<p class="why">${text}</p>`;
}
