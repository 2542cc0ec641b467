import { setTimeout as sleep } from 'node:timers/promises';
import { translateDatabaseError } from '../../src/db/connect.ts';
import { isMendloopError } from '../../src/domain/errors.ts';
import type { Product } from './product.ts';
import type { Strike } from './strike.ts';

/** A job of a worker that died. */
interface Orphan {
  readonly id: string;
  readonly attempt: number;
  readonly since: number;
}

export interface Returned {
  /** Milliseconds from a worker's death until each of its jobs was in the queue again. */
  readonly returnedMs: readonly number[];
  /** Jobs that are still with a dead worker. */
  readonly missing: number;
}

export interface ReturnWatch {
  readonly follow: (strike: Strike) => void;
  readonly result: () => Returned;
  readonly stop: () => Promise<void>;
}

interface Row {
  readonly id: string;
  readonly state: string;
  readonly retry_count: number;
}

const everyMs = 200;

async function read(product: Product, ids: readonly string[]): Promise<Row[] | null> {
  try {
    const query = 'select id, state, retry_count from pgboss.job where id = any($1::uuid[])';
    return (await product.watch.pool.query<Row>(query, [ids])).rows;
  } catch (error) {
    const translated = translateDatabaseError(error);
    if (isMendloopError(translated) && translated.code === 'database_unreachable') return null;
    throw error;
  }
}

/** Follows the jobs of dead workers by their rows until they are back in the queue. */
export function watchReturns(product: Product): ReturnWatch {
  let orphans: Orphan[] = [];
  const returnedMs: number[] = [];
  let running = true;

  function settle(rows: readonly Row[], now: number): void {
    const byId = new Map(rows.map((row) => [row.id, row]));
    orphans = orphans.filter((orphan) => {
      const row = byId.get(orphan.id);
      const taken = row !== undefined && row.retry_count > orphan.attempt;
      if (row?.state === 'active' && !taken) return true;
      // Its completion was on its way when the worker died: it never had to return.
      if (row?.state === 'completed' && !taken) return false;
      returnedMs.push(now - orphan.since);
      return false;
    });
  }

  async function watch(): Promise<void> {
    while (running) {
      const ids = orphans.map(({ id }) => id);
      const rows = ids.length === 0 ? null : await read(product, ids);
      if (rows !== null) settle(rows, performance.now());
      await sleep(everyMs);
    }
  }

  const watching = watch();
  return {
    follow: ({ jobs, at }) => {
      const followed = new Set(orphans.map(({ id }) => id));
      for (const { id, retry_count: attempt } of jobs)
        if (!followed.has(id)) orphans.push({ id, attempt, since: at });
    },
    result: () => ({ returnedMs, missing: orphans.length }),
    stop: async () => {
      running = false;
      await watching;
    },
  };
}
