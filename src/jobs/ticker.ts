import type { Kysely } from 'kysely';
import { schedule } from 'node-cron';
import type { Database } from '../db/tables.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import type { ScheduledKind } from './job.ts';
import type { JobQueue } from './queue.ts';

export interface Tick {
  readonly kind: ScheduledKind;
  /** Cron expression, evaluated in UTC. */
  readonly cron: string;
}

export interface TickerDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly now: () => Date;
}

/** The minute as a slot: every worker whose schedule fires in it asks for the same job row. */
export function slotOf(now: Date): string {
  return now.toISOString().slice(0, 16);
}

async function enqueueTick(deps: TickerDeps, kind: ScheduledKind, slot: string): Promise<void> {
  const job = { kind, payload: { slot }, cause: slot };
  await deps.db.transaction().execute((trx) => deps.queue.enqueue(trx, [job]));
}

/**
 * Ticks only enqueue; the queue makes them one per slot for all workers together. Each kind also runs once at boot, in
 * a slot of its own, and so makes up for what was missed while no worker ran.
 */
export function startTicker(deps: TickerDeps, ticks: readonly Tick[]): { stop(): Promise<void> } {
  const fire = async (kind: ScheduledKind, slot: string) =>
    enqueueTick(deps, kind, slot).catch((error: unknown) =>
      deps.log.warn({ kind, ...errorFields(error) }, 'tick failed'),
    );
  for (const { kind } of ticks) void fire(kind, deps.now().toISOString());
  const tasks = ticks.map(({ cron: expression, kind }) =>
    schedule(expression, () => fire(kind, slotOf(deps.now())), { timezone: 'UTC', noOverlap: true }),
  );
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
    },
  };
}
