import { html } from 'hono/html';
import type { Funnel } from '../../queries/funnel.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { count } from '../page/values.ts';

const height = 120;
const step = 200;
const plateau = 60;

interface Stage {
  readonly label: string;
  readonly value: number;
  readonly href: string;
  /** What the stages before it lost on the way here. */
  readonly lost: string | null;
}

function loss(before: number, after: number, what: string): string | null {
  return before > after ? `${count(before - after)} ${what}` : null;
}

function stages({ deliveries, pulls, merged, with_issue, instances }: Funnel): Stage[] {
  return [
    { label: 'Deliveries', value: deliveries, href: '/deliveries', lost: null },
    { label: 'Pull requests', value: pulls, href: '/deliveries?event=pull_request', lost: null },
    { label: 'Merged', value: merged, href: '/instances', lost: loss(pulls, merged, 'not merged') },
    {
      label: 'With an issue',
      value: with_issue,
      href: '/rejections?reason=no_issue',
      lost: loss(merged, with_issue, 'without'),
    },
    {
      label: 'Instances',
      value: instances,
      href: '/instances',
      lost: loss(with_issue, instances, 'refused'),
    },
  ];
}

/**
 * Half the height of the stream at each stage. Deliveries are another unit (a pull request has many), so the stream
 * starts at full height and is to scale from the pull requests on.
 */
export function halfHeights({ pulls, merged, with_issue, instances }: Funnel): number[] {
  const most = Math.max(pulls, 1);
  const scaled = [pulls, merged, with_issue, instances].map((value) => (value / most) * (height / 2 - 12));
  return [pulls > 0 ? height / 2 : 0, ...scaled].map((half) => Math.max(half, 1.5));
}

/** One edge of the stream, upper from left to right or lower from right to left: flat at a stage, curved between. */
function edge(halves: readonly number[], side: 1 | -1): string {
  const points = halves.map((half, index) => ({
    x: step * index + step / 2,
    y: (height / 2 + side * half).toFixed(1),
  }));
  const ordered = side === -1 ? points : points.toReversed();
  const reach = side === -1 ? plateau : -plateau;
  const parts = ordered.map(({ x, y }, index) => {
    const flat = `${x - reach} ${y}L${x + reach} ${y}`;
    const next = ordered[index + 1];
    if (next === undefined) return flat;
    const bend = (x + next.x) / 2;
    return `${flat}C${bend} ${y} ${bend} ${next.y} `;
  });
  return parts.join('');
}

function picture(funnel: Funnel): Markup {
  const halves = halfHeights(funnel);
  const block = (half: number, index: number): Markup =>
    html`<rect
      class="stage-${index}"
      x="${step * index + step / 2 - plateau}"
      y="${(height / 2 - half).toFixed(1)}"
      width="${plateau * 2}"
      height="${(half * 2).toFixed(1)}"
      rx="3"
    />`;
  return html`<svg viewBox="0 0 ${step * 5} ${height}" preserveAspectRatio="none" aria-hidden="true">
    <path class="stream" d="M${edge(halves, -1)}L${edge(halves, 1)}Z" />
    ${halves.map(block)}
  </svg>`;
}

function label({ label, value, href, lost }: Stage): Markup {
  return html`<li>
    <a href="${href}"><strong>${count(value)}</strong> <span>${label}</span></a>
    ${lost === null ? nothing : html`<small>${lost}</small>`}
  </li>`;
}

/** The way from what arrived to what was collected, as a narrowing stream with its figures. */
export function funnelView(funnel: Funnel): Markup {
  return html`<figure class="funnel">
    ${picture(funnel)}
    <ol>
      ${stages(funnel).map(label)}
    </ol>
    <figcaption>To scale from the pull requests on; one pull request sends many deliveries.</figcaption>
  </figure>`;
}
