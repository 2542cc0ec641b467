import type { Kysely, Selectable, Transaction, UpdateObject } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import type { RoundAttemptTable } from '../../../db/tables/training.ts';
import { MendloopError } from '../../../domain/errors.ts';

export type Attempt = Selectable<RoundAttemptTable>;

/** Returns the attempts of a round, first one first. */
export function attemptsOf(db: Kysely<Database>, round_id: string): Promise<Attempt[]> {
  return db
    .selectFrom('round_attempt')
    .selectAll()
    .where('round_id', '=', round_id)
    .orderBy('attempt')
    .execute();
}

/** The newest one; a round has one from `submitting` on. */
export async function currentAttempt(db: Kysely<Database>, round_id: string): Promise<Attempt> {
  const attempt = (await attemptsOf(db, round_id)).at(-1);
  if (attempt === undefined) throw new MendloopError('round_invalid', `round ${round_id} has no attempt`);
  return attempt;
}

/**
 * Stores the key under which the scheduler will know the attempt, before anything is sent: at most 52 characters, since some
 * schedulers append their own.
 */
export async function addAttempt(
  trx: Transaction<Database>,
  round_id: string,
  attempt: number,
): Promise<void> {
  const job_key = `mendloop-${round_id}-a${attempt}`;
  await trx.insertInto('round_attempt').values({ round_id, attempt, job_key, state: 'submitting' }).execute();
}

export async function changeAttempt(
  db: Kysely<Database>,
  { round_id, attempt }: Pick<Attempt, 'round_id' | 'attempt'>,
  change: UpdateObject<Database, 'round_attempt'>,
): Promise<void> {
  await db
    .updateTable('round_attempt')
    .set(change)
    .where('round_id', '=', round_id)
    .where('attempt', '=', attempt)
    .execute();
}
