import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import { isMendloopError } from '../domain/errors.ts';
import { isDeliveryId } from '../domain/ids.ts';
import type { AppPort, RememberedDelivery } from '../domain/ports/github-app.ts';
import type { JobOutcome } from '../jobs/job.ts';

/** GitHub remembers deliveries for three days. */
const rememberedMs = 3 * 86_400_000;
/** A delivery younger than this may still be on its way. */
const graceMs = 30_000;
const maxAsks = 5;
/** Time between two requests to redeliver the same delivery. */
const patienceMs = 120_000;

export interface SweepDeps {
  readonly db: Kysely<Database>;
  readonly app: Pick<AppPort, 'deliveries' | 'redeliver'>;
  readonly now: () => Date;
}

/** Returns the newest attempt of each delivery by GUID, without deliveries that may still be on their way. */
function candidates(remembered: readonly RememberedDelivery[], now: Date): Map<string, RememberedDelivery> {
  const newest = new Map<string, RememberedDelivery>();
  for (const item of remembered) {
    const old = now.getTime() - new Date(item.delivered_at).getTime() >= graceMs;
    if (old && isDeliveryId(item.guid) && !newest.has(item.guid)) newest.set(item.guid, item);
  }
  return newest;
}

async function held(db: Kysely<Database>, guids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('delivery_id', 'in', guids)
    .execute();
  return new Set(rows.map((row) => row.delivery_id));
}

/** Counts one request to redeliver. Returns false when the last one was too recent, or `maxAsks` is reached. */
async function claimAsk(db: Kysely<Database>, delivery_id: string, now: Date): Promise<boolean> {
  const row = await db
    .insertInto('redelivery')
    .values({ delivery_id, asked_at: now })
    .onConflict((conflict) =>
      conflict
        .column('delivery_id')
        .doUpdateSet((eb) => ({ asked: eb('redelivery.asked', '+', 1), asked_at: now }))
        .where('redelivery.asked', '<', maxAsks)
        .where('redelivery.asked_at', '<', new Date(now.getTime() - patienceMs)),
    )
    .returning('asked')
    .executeTakeFirst();
  return row !== undefined;
}

async function ask(deps: SweepDeps, item: RememberedDelivery): Promise<boolean> {
  if (!(await claimAsk(deps.db, item.guid, deps.now()))) return false;
  try {
    await deps.app.redeliver(item.id);
    return true;
  } catch (error) {
    if (isMendloopError(error) && error.retry === 'never') return false;
    throw error;
  }
}

/**
 * Asks GitHub to redeliver what is not in the table `delivery`. The answer that GitHub recorded does not count: a 200
 * may have been lost with the row, and a timeout may have been stored.
 */
export async function sweepDeliveries(deps: SweepDeps): Promise<JobOutcome<'deliveries.sweep'>> {
  const now = deps.now();
  const remembered = await deps.app.deliveries(new Date(now.getTime() - rememberedMs));
  const byGuid = candidates(remembered, now);
  const known = byGuid.size > 0 ? await held(deps.db, [...byGuid.keys()]) : new Set<string>();
  let asked = 0;
  for (const [guid, item] of byGuid) {
    if (!known.has(guid) && (await ask(deps, item))) asked += 1;
  }
  return { outcome: 'swept', detail: { remembered: byGuid.size, asked } };
}
