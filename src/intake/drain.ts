import { type Kysely, sql, type Transaction } from 'kysely';
import { translateDatabaseError } from '../db/connect.ts';
import { moveStatuses } from '../db/status.ts';
import type { Database } from '../db/tables.ts';
import type { ConsentScope } from '../domain/consent.ts';
import type { DeliverySubject } from '../domain/delivery.ts';
import { isMendloopError } from '../domain/errors.ts';
import type { NewJob } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { RouteTable } from '../stage/fold.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import { applyChange } from './changes.ts';
import { type Route, route, type Standing } from './route.ts';
import { subjectSchema } from './subject.ts';

interface Unrouted {
  readonly delivery_id: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly subject: unknown;
  readonly consent: ConsentScope | null;
  readonly active: boolean | null;
}

interface Verdict {
  readonly delivery_id: string;
  readonly event: string;
  readonly state: 'routed' | 'ignored' | 'failed';
  readonly reason: string | null;
}

interface DrainDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly routes: RouteTable;
  readonly log: Log;
}

const batchSize = 100;

/** Index used: delivery_unrouted. Rows that another drain holds are skipped, so any number of drains may run. */
function takeUnrouted(trx: Transaction<Database>, limit: number, only?: string): Promise<Unrouted[]> {
  let query = trx
    .selectFrom('delivery as d')
    .leftJoin('repository as r', 'r.repository_id', 'd.repository_id')
    .leftJoin('installation as i', 'i.installation_id', 'r.installation_id')
    .select([
      'd.delivery_id',
      'd.event',
      'd.action',
      'd.installation_id',
      'd.repository_id',
      'd.subject',
      'r.consent',
      sql<boolean | null>`r.status = 'active' and i.status = 'active'`.as('active'),
    ])
    .where('d.state', '=', 'received')
    .orderBy('d.received_at')
    .limit(limit)
    .forUpdate('d')
    .skipLocked();
  if (only !== undefined) query = query.where('d.delivery_id', '=', only);
  return query.execute();
}

function decide(
  row: Unrouted,
  routes: RouteTable,
): { readonly route: Route; readonly subject: DeliverySubject } {
  const subject = subjectSchema.parse(row.subject);
  const standing: Standing | null =
    row.consent === null ? null : { consent: row.consent, active: row.active === true };
  return { route: route({ ...row, subject }, standing, routes), subject };
}

async function apply(
  trx: Transaction<Database>,
  deps: DrainDeps,
  row: Unrouted,
): Promise<{ verdict: Verdict; jobs: NewJob[] }> {
  const { delivery_id, event } = row;
  const decided = decide(row, deps.routes);
  if (decided.route.decision === 'ignore') {
    return { verdict: { delivery_id, event, state: 'ignored', reason: decided.route.reason }, jobs: [] };
  }
  for (const change of decided.route.changes) {
    await applyChange(trx, deps.queue, change, { ...row, subject: decided.subject });
  }
  const jobs = decided.route.jobs.map((job) => ({ ...job, cause: delivery_id }));
  return { verdict: { delivery_id, event, state: 'routed', reason: null }, jobs };
}

async function markRouted(trx: Transaction<Database>, verdicts: readonly Verdict[]): Promise<void> {
  const moves = verdicts.map(({ delivery_id: id, event, state: to, reason }) => ({
    id,
    to,
    event,
    reason,
    from: 'received' as const,
  }));
  await moveStatuses(trx, 'delivery', moves, { routed_at: sql<Date>`now()` });
}

/** Routes one batch in one transaction, so that verdicts, state changes, transition rows and jobs commit together. */
function routeBatch(deps: DrainDeps, limit: number, only?: string): Promise<number> {
  return deps.db.transaction().execute(async (trx) => {
    const rows = await takeUnrouted(trx, limit, only);
    if (rows.length === 0) return 0;
    const applied = [];
    for (const row of rows) applied.push(await apply(trx, deps, row));
    await deps.queue.enqueue(
      trx,
      applied.flatMap(({ jobs }) => jobs),
    );
    await markRouted(
      trx,
      applied.map(({ verdict }) => verdict),
    );
    return rows.length;
  });
}

/** Marks a delivery that cannot be routed even alone as failed, with its reason, so that the others are routed. */
async function setAside(deps: DrainDeps, delivery_id: string, event: string, error: unknown): Promise<void> {
  deps.log.error({ delivery_id, ...errorFields(error) }, 'delivery cannot be routed');
  const reason = isMendloopError(error) ? error.code : 'unroutable';
  await deps.db
    .transaction()
    .execute((trx) => markRouted(trx, [{ delivery_id, event, state: 'failed', reason }]));
}

async function routeSingly(deps: DrainDeps): Promise<number> {
  const rows = await deps.db
    .selectFrom('delivery')
    .select(['delivery_id', 'event'])
    .where('state', '=', 'received')
    .orderBy('received_at')
    .limit(batchSize)
    .execute();
  for (const { delivery_id, event } of rows) {
    try {
      await routeBatch(deps, 1, delivery_id);
    } catch (error) {
      const translated = translateDatabaseError(error);
      if (isMendloopError(translated) && translated.retry !== 'never') throw translated;
      await setAside(deps, delivery_id, event, error);
    }
  }
  return rows.length;
}

/** Routes all waiting deliveries and returns their number. A delivery that breaks its batch fails alone. */
export async function drainOnce(deps: DrainDeps): Promise<number> {
  let total = 0;
  for (;;) {
    let routed: number;
    try {
      routed = await routeBatch(deps, batchSize);
    } catch (error) {
      const translated = translateDatabaseError(error);
      if (isMendloopError(translated)) throw translated;
      deps.log.warn(errorFields(error), 'batch refused, routing singly');
      routed = await routeSingly(deps);
    }
    total += routed;
    if (routed < batchSize) return total;
  }
}

export interface Drain {
  /** Starts a pass over the waiting deliveries. Calls during a pass cause one more pass together. */
  readonly wake: () => void;
  stop(): Promise<void>;
}

/**
 * Routes deliveries at each `wake`, and every `everyMs`, since the process that would have woken the drain may have
 * died.
 */
export function startDrain(deps: DrainDeps, everyMs: number): Drain {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  async function loop(): Promise<void> {
    do {
      again = false;
      await drainOnce(deps).catch((error: unknown) => deps.log.warn(errorFields(error), 'drain failed'));
    } while (again && !stopped);
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    running ??= loop().finally(() => {
      running = null;
      if (again) wake();
    });
  }

  const timer = setInterval(wake, everyMs);
  timer.unref();
  return {
    wake,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
