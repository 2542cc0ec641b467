import { html } from 'hono/html';
import type { AttemptRow, PhaseEvent, WarningCount } from '../../queries/round-progress.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { type Column, table } from '../page/table.ts';
import { badge, count, dateTime, missing } from '../page/values.ts';
import { exitText } from './exit-codes.ts';

/** `47 s`, `12 min`, `3 h 05 min`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export interface Phase {
  readonly attempt: number;
  readonly name: string;
  readonly from: Date;
  /** Null: nobody has told its end. */
  readonly to: Date | null;
}

/** Each phase lasts until the next thing that its attempt tells. */
export function phasesFrom(events: readonly PhaseEvent[]): Phase[] {
  return events.flatMap(({ attempt, name, at }, index) => {
    if (name === null) return [];
    const next = events[index + 1];
    return [{ attempt, name, from: at, to: next?.attempt === attempt ? next.at : null }];
  });
}

const phaseColumns: Column<Phase>[] = [
  { label: 'Phase', heads: true, cell: ({ name }) => name },
  { label: 'Attempt', numeric: true, cell: ({ attempt }) => count(attempt) },
  { label: 'Began', cell: ({ from }) => dateTime(from) },
  {
    label: 'Took',
    numeric: true,
    cell: ({ from, to }) => (to === null ? missing() : durationText(to.getTime() - from.getTime())),
  },
];

export function phaseTable(events: readonly PhaseEvent[]): Markup {
  // The last one only says that there are no more.
  const rows = phasesFrom(events).filter(({ name }) => name !== 'done');
  return table({ caption: 'Phases', columns: phaseColumns, rows, empty: 'The driver has not begun.' });
}

function ending({ exit_code, reason }: AttemptRow): Markup {
  const sentence = exitText(exit_code);
  if (sentence === null && reason === null) return missing();
  return html`${exit_code === null ? nothing : html`<code>${exit_code}</code> `}${sentence ?? ''}
  ${reason === null ? nothing : html`<span class="why">${reason.replaceAll('_', ' ')}</span>`}`;
}

const attemptColumns: Column<AttemptRow>[] = [
  { label: 'Attempt', heads: true, cell: ({ attempt }) => count(attempt) },
  { label: 'State', cell: ({ state }) => badge(state) },
  {
    label: 'Job',
    cell: ({ native_id }) => (native_id === null ? missing() : html`<code>${native_id}</code>`),
  },
  { label: 'Submitted', cell: ({ submitted_at }) => dateTime(submitted_at) },
  { label: 'Ended', cell: ({ ended_at }) => dateTime(ended_at) },
  { label: 'Exit code', cell: ending },
];

export function attemptTable(attempts: readonly AttemptRow[]): Markup {
  return table({
    caption: 'Attempts',
    columns: attemptColumns,
    rows: attempts,
    empty: 'Nothing was submitted to a cluster yet.',
  });
}

/** Codes of the driver's warnings; their texts stay in its own file. */
export function warningList(warnings: readonly WarningCount[]): Markup {
  if (warnings.length === 0) return nothing;
  return html`<p class="why">
    Warnings:
    ${warnings.map(({ code, count: times }) => html`<span class="tag">${code.replaceAll('_', ' ')} × ${count(times)}</span> `)}
  </p>`;
}
