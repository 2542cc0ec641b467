import { html } from 'hono/html';
import { type Markup, nothing } from '../../page/markup.ts';
import { rangeOf } from './points.ts';

const width = 90;
const height = 20;
const margin = 2;

/** A small line without axes; the number that it ends at stands beside it in text. */
export function sparkline(values: readonly number[]): Markup {
  const range = rangeOf(
    values.map((value, step) => ({ step, value })),
    null,
  );
  if (range === null || values.length < 2) return nothing;
  const points = values.map((value, at) => {
    const x = margin + (at / (values.length - 1)) * (width - 2 * margin);
    const y = height - margin - ((value - range.low) / (range.high - range.low)) * (height - 2 * margin);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    <path d="M${points.join('L')}" />
  </svg>`;
}
