import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import { MendloopError } from '../../src/domain/errors.ts';
import { pause } from '../../src/time/poll-until.ts';

interface Backlog {
  readonly deliveries: number;
  readonly jobs: number;
  readonly done: number;
}

async function backlog(db: Kysely<Database>): Promise<Backlog> {
  const { rows } = await sql<Backlog>`
    select
      (select count(*)::int from delivery where state = 'received') as deliveries,
      (select count(*)::int from pgboss.job where name <> 'dead' and state in ('created', 'retry', 'active')) as jobs,
      (select count(*)::int from pgboss.job where state = 'completed') as done`.execute(db);
  return rows[0] ?? { deliveries: 0, jobs: 0, done: 0 };
}

/** Jobs that failed for good. */
export async function deadJobs(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ dead: number }>`
    select count(*)::int as dead from pgboss.job where name = 'dead' and state = 'created'`.execute(db);
  return rows[0]?.dead ?? 0;
}

export interface SettleOptions {
  readonly db: Kysely<Database>;
  /** Deliveries that the loopback GitHub still has to send. */
  readonly underway: () => number;
  readonly onProgress: (waiting: number, done: number) => void;
  /** Milliseconds without any progress after which waiting is given up. */
  readonly patienceMs: number;
  /** Milliseconds between two looks; 150 when left out. */
  readonly everyMs?: number;
}

/** Resolves when nothing waits any more: no delivery to be sent or routed, no job to be done. */
export async function untilSettled(options: SettleOptions): Promise<void> {
  const { db, underway, onProgress, patienceMs, everyMs = 150 } = options;
  let quiet = 0;
  let last = '';
  let progressAt = Date.now();
  while (quiet < 3) {
    const { deliveries, jobs, done } = await backlog(db);
    const waiting = deliveries + jobs + underway();
    quiet = waiting === 0 ? quiet + 1 : 0;
    const state = `${waiting}/${done}`;
    if (state !== last) {
      progressAt = Date.now();
      onProgress(waiting, done);
    }
    last = state;
    if (Date.now() - progressAt > patienceMs)
      throw new MendloopError('cancelled', `${waiting} pieces of work made no progress`);
    await pause(everyMs);
  }
}
