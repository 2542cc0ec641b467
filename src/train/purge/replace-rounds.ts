import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import { requestCancel } from '../round/requests/cancel.ts';
import { planRound, roundId } from '../round/requests/plan.ts';
import { readRound } from '../round/state/read-round.ts';
import type { PurgedTraining } from './purge-training.ts';

export interface Replacement {
  /** Rounds that were asked to end, since their data is gone. */
  readonly cancelled: readonly string[];
  /** The round that trains again without that data; null where nothing is to be replaced. */
  readonly planned: string | null;
}

/** Whether something was lost that no replacement was planned for since: also where the call after the purge was cut off. */
async function isOpen(trx: Transaction<Database>, { rounds, running }: PurgedTraining): Promise<boolean> {
  if (running.length > 0) return true;
  const { open } = await trx
    .selectFrom('transition as t')
    .innerJoin('checkpoint as c', 'c.checkpoint_id', 't.entity_id')
    .select(
      sql<boolean>`coalesce(max(t.at) > coalesce(
      (select max(created_at) from round where cause = 'replacement'), '-infinity'), false)`.as('open'),
    )
    .where('t.entity', '=', 'checkpoint')
    .where('t.to_status', '=', 'tainted')
    .where('c.round_id', 'in', rounds)
    .executeTakeFirstOrThrow();
  return open;
}

/**
 * After a purge of training data: cancels the rounds under way with it, and plans one round like the newest of those that it
 * took the result from. `cause` names the purge: the same one plans the same round once.
 */
export async function replaceRounds(
  db: Kysely<Database>,
  queue: JobQueue,
  purged: PurgedTraining,
  { cause, now }: { readonly cause: string; readonly now: Date },
): Promise<Replacement> {
  const newest = purged.rounds.at(-1);
  return db.transaction().execute(async (trx) => {
    const cancelled: string[] = [];
    for (const id of purged.running) if (await requestCancel(trx, queue, id)) cancelled.push(id);
    if (newest === undefined || !(await isOpen(trx, purged))) return { cancelled, planned: null };
    const { cluster, engine, formula, seed, request } = await readRound(trx, newest);
    const suffix = createHash('sha256').update(cause).digest('hex').slice(0, 8);
    const round_id = roundId(now, suffix);
    const { lineage: _, ...asked } = request;
    const settings = { cluster, engine, formula, seed, request: asked };
    await planRound(trx, queue, { round_id, cause: 'replacement', night: null, deadline: null, ...settings });
    return { cancelled, planned: round_id };
  });
}
