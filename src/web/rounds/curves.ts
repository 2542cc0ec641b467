import { html } from 'hono/html';
import type { StepRow } from '../../queries/round-steps.ts';
import type { Markup } from '../page/markup.ts';
import { plot } from './plot/plot.ts';

interface Curve {
  readonly title: string;
  readonly floor: number | null;
  readonly write: (value: number) => string;
  readonly value: (metrics: Readonly<Record<string, unknown>>) => unknown;
}

function plain(digits: number): (value: number) => string {
  return (value) => value.toFixed(digits);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/** Tokens of prompts and answers that a step took, by the seconds that it took. */
function tokensPerSecond({ tokens, step_s }: Readonly<Record<string, unknown>>): number | null {
  if (typeof tokens !== 'number' || typeof step_s !== 'number' || step_s <= 0) return null;
  return tokens / step_s;
}

const curves: readonly Curve[] = [
  { title: 'Reward mean', floor: null, write: plain(3), value: (metrics) => metrics['reward_mean'] },
  { title: 'Format errors', floor: 0, write: percent, value: (metrics) => metrics['format_error_rate'] },
  { title: 'Hack share', floor: 0, write: percent, value: (metrics) => metrics['hack_share'] },
  { title: 'Entropy', floor: 0, write: plain(3), value: (metrics) => metrics['entropy'] },
  {
    title: 'Answer length in tokens',
    floor: 0,
    write: plain(0),
    value: (metrics) => metrics['completion_len_mean'],
  },
  { title: 'Tokens a second', floor: 0, write: plain(0), value: tokensPerSecond },
];

/** For rounds that have no reward: what is left to watch. */
const loss: Curve = { title: 'Loss', floor: 0, write: plain(3), value: (metrics) => metrics['loss'] };

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** How training goes, step by step. */
export function curvesView(steps: readonly StepRow[], isSupervised: boolean): Markup {
  if (steps.length === 0) return html`<p class="empty">No step is done yet.</p>`;
  const draw = ({ value, ...curve }: Curve): Markup =>
    plot({
      ...curve,
      points: steps.map(({ step, metrics }) => ({ step, value: finite(value(metrics ?? {})) })),
    });
  const shown = isSupervised ? [loss, ...curves.slice(3)] : curves;
  return html`<div class="plots">${shown.map(draw)}</div>`;
}
