import { html } from 'hono/html';
import { errorCatalogue } from '../../domain/errors.ts';
import type { JobRow, QueueCounts } from '../../jobs/admin.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { type Column, table } from '../page/table.ts';
import { withCode, count, dateTime, missing, timeAgo } from '../page/values.ts';
import { mayAdminister, type Visitor } from '../visitor.ts';

/** Names of repositories by id. */
export type Names = ReadonlyMap<number, string>;

function subject({ repository_id, number }: JobRow, names: Names): unknown {
  if (repository_id === null) return missing();
  const name = names.get(repository_id) ?? `repository ${repository_id}`;
  return number === null ? name : `${name} #${number}`;
}

function shared(names: Names): Column<JobRow>[] {
  return [
    { label: 'Job', heads: true, cell: ({ kind, id }) => html`<span title="job ${id}">${kind}</span>` },
    { label: 'About', cell: (job) => subject(job, names) },
  ];
}

export function queueTable(queues: readonly QueueCounts[]): Markup {
  const figure = (
    label: string,
    key: 'waiting' | 'delayed' | 'running' | 'done' | 'dead',
  ): Column<QueueCounts> => ({
    label,
    numeric: true,
    cell: (queue) =>
      key === 'dead' && queue.dead > 0
        ? html`<strong class="alarm">${count(queue.dead)}</strong>`
        : count(queue[key]),
  });
  const columns: Column<QueueCounts>[] = [
    { label: 'Queue', heads: true, cell: ({ name }) => name },
    figure('Waiting', 'waiting'),
    figure('Delayed', 'delayed'),
    figure('Running', 'running'),
    figure('Done', 'done'),
    figure('Dead', 'dead'),
  ];
  return table({ caption: 'Jobs by queue', columns, rows: queues, empty: 'There is no queue.' });
}

export function runningTable(jobs: readonly JobRow[], names: Names, now: Date): Markup {
  const columns: Column<JobRow>[] = [
    ...shared(names),
    { label: 'Started', cell: (job) => timeAgo(job.started_at, now) },
    { label: 'Sign of life', cell: (job) => timeAgo(job.heartbeat_at, now) },
    { label: 'Failed attempts', numeric: true, cell: (job) => count(job.failed_attempts) },
  ];
  return table({ caption: 'Jobs at work', columns, rows: jobs, empty: 'No job is at work.' });
}

export function waitingTable(jobs: readonly JobRow[], names: Names, now: Date): Markup {
  const columns: Column<JobRow>[] = [
    ...shared(names),
    { label: 'May start', cell: (job) => (job.start_after <= now ? 'now' : timeAgo(job.start_after, now)) },
    { label: 'Failed attempts', numeric: true, cell: (job) => count(job.failed_attempts) },
    { label: 'Last failure', cell: (job) => (job.code === null ? missing() : failure(job)) },
  ];
  return table({ caption: 'Jobs that wait', columns, rows: jobs, empty: 'No job waits.' });
}

function hintOf(code: string | null): string | null {
  const entry = Object.entries(errorCatalogue).find(([known]) => known === code);
  return entry?.[1].hint ?? null;
}

function failure({ code, message }: JobRow): Markup {
  const hint = hintOf(code);
  return html`<code>${code}</code>
    ${message ?? ''}${hint === null ? nothing : html`<br /><span class="why">${withCode(hint)}</span>`}`;
}

function requeueForm({ id, kind }: JobRow, formToken: string): Markup {
  return html`<form
    method="post"
    action="/jobs/${id}/requeue"
    hx-post="/jobs/${id}/requeue"
    hx-target="#live"
    hx-select="#live"
    hx-select-oob="#notice"
    hx-swap="outerHTML"
  >
    <input type="hidden" name="form_token" value="${formToken}" />
    <button id="requeue-${id}" aria-label="Requeue ${kind}">Requeue</button>
  </form>`;
}

export function deadTable(
  jobs: readonly JobRow[],
  names: Names,
  visitor: Visitor,
  formToken: string,
): Markup {
  const columns: Column<JobRow>[] = [
    ...shared(names),
    { label: 'Failure', cell: failure },
    { label: 'Given up', cell: (job) => dateTime(job.created_at) },
    {
      label: 'Action',
      cell: (job) => (mayAdminister(visitor, job.repository_id) ? requeueForm(job, formToken) : missing()),
    },
  ];
  return table({
    caption: 'Jobs that failed for good',
    columns,
    rows: jobs,
    empty: 'No job has failed for good.',
  });
}
