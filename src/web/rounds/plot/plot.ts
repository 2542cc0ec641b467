import { html } from 'hono/html';
import type { Markup } from '../../page/markup.ts';
import { condensed, type PlotPoint, type Range, rangeOf } from './points.ts';

const width = 300;
const height = 100;
/** Above and below the line, so that its width is not cut off. */
const margin = 4;
const mostPoints = 120;

export interface PlotOptions {
  readonly title: string;
  readonly points: readonly PlotPoint[];
  /** Always in the range, such as 0 for a share. */
  readonly floor: number | null;
  /** Writes a value with its unit. */
  readonly write: (value: number) => string;
}

interface Placed {
  readonly x: number;
  readonly y: number;
}

type Place = (step: number, value: number) => Placed;

function placing(points: readonly PlotPoint[], { low, high }: Range): Place {
  const first = points[0]?.step ?? 0;
  const last = points.at(-1)?.step ?? first;
  return (step, value) => ({
    x: last === first ? width / 2 : ((step - first) / (last - first)) * width,
    y: height - margin - ((value - low) / (high - low)) * (height - 2 * margin),
  });
}

function written({ x, y }: Placed): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** A gap breaks the line; a value alone between two gaps is a dot by its round caps. */
function pathOf(points: readonly PlotPoint[], place: Place): string {
  let path = '';
  let isDrawing = false;
  for (const { step, value } of points) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const at = written(place(step, value));
    path += isDrawing ? `L${at}` : `M${at}L${at}`;
    isDrawing = true;
  }
  return path;
}

function zeroLine(range: Range, place: Place): Markup {
  if (range.low >= 0 || range.high <= 0) return html``;
  const y = place(0, 0).y.toFixed(1);
  return html`<path class="zero" d="M0 ${y}H${width}" />`;
}

/** A strip over each point that names its value to a pointer. */
function strips(points: readonly PlotPoint[], place: Place, write: PlotOptions['write']): Markup[] {
  const wide = width / Math.max(points.length - 1, 1);
  return points.flatMap(({ step, value }) => {
    if (value === null) return [];
    const left = place(step, value).x - wide / 2;
    const title = `step ${step}: ${write(value)}`;
    return [
      html`<rect x="${left.toFixed(1)}" width="${wide.toFixed(1)}" height="${height}"
        ><title>${title}</title></rect
      >`,
    ];
  });
}

function summary({ title, write }: PlotOptions, known: readonly PlotPoint[], { low, high }: Range): string {
  const first = known[0];
  const last = known.at(-1);
  const ends = [first, last].map((point) => `${write(point?.value ?? 0)} at step ${point?.step ?? 0}`);
  return `${title} from ${ends[0]} to ${ends[1]}, drawn between ${write(low)} and ${write(high)}`;
}

function picture(options: PlotOptions, points: readonly PlotPoint[], range: Range): Markup {
  const place = placing(points, range);
  const known = points.filter(({ value }) => value !== null);
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${summary(options, known, range)}"
  >
    <path class="frame" d="M0 ${margin}H${width}M0 ${height - margin}H${width}" />
    ${zeroLine(range, place)}
    <path class="line" d="${pathOf(points, place)}" />
    ${strips(points, place, options.write)}
  </svg>`;
}

/** One figure over the steps of a round, as a line. Its ends stand beside it in text. */
export function plot(options: PlotOptions): Markup {
  const { title, write } = options;
  const points = condensed(options.points, mostPoints);
  const range = rangeOf(points, options.floor);
  const newest = options.points.findLast(({ value }) => value !== null)?.value ?? null;
  const head = html`<figcaption>
    ${title}${newest === null ? html`` : html` <strong>${write(newest)}</strong>`}
  </figcaption>`;
  if (range === null)
    return html`<figure class="plot">
      ${head}
      <p class="why">Not told by this engine yet.</p>
    </figure>`;
  const each = Math.ceil(options.points.length / mostPoints);
  return html`<figure class="plot">
    ${head}
    <div class="high">${write(range.high)}</div>
    ${picture(options, points, range)}
    <div class="low">${write(range.low)}</div>
    <div class="steps">
      <span>step ${points[0]?.step}</span>
      ${each > 1 ? html`<span>means of ${each} steps</span>` : html``} <span>${points.at(-1)?.step}</span>
    </div>
  </figure>`;
}
