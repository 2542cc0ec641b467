import { type Kysely, sql, type Transaction } from 'kysely';
import { lockStatus, moveStatus } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import { MendloopError } from '../../domain/errors.ts';
import type { AliasName, CheckpointStatus } from '../../domain/round.ts';
import type { Cause } from './deps.ts';

export interface Alias {
  /** Null: the base model. */
  readonly checkpoint_id: string | null;
  readonly previous_id: string | null;
}

/** Where an alias was never set, it means the base model. */
export async function readAlias(db: Kysely<Database>, name: AliasName): Promise<Alias> {
  const found = await db
    .selectFrom('alias')
    .select(['checkpoint_id', 'previous_id'])
    .where('name', '=', name)
    .executeTakeFirst();
  return found ?? { checkpoint_id: null, previous_id: null };
}

/** Locks both aliases, always in this order: the status of a checkpoint depends on each of them. */
export async function lockAlias(trx: Transaction<Database>, name: AliasName): Promise<Alias> {
  await trx
    .insertInto('alias')
    .values([{ name: 'canary' }, { name: 'stable' }])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await trx.selectFrom('alias').select('name').orderBy('name').forUpdate().execute();
  return readAlias(trx, name);
}

async function setStatus(
  trx: Transaction<Database>,
  id: string,
  to: CheckpointStatus,
  change: { readonly event: string } & Cause,
): Promise<void> {
  const from = await lockStatus(trx, 'checkpoint', id);
  if (from === null) throw new MendloopError('not_found', `there is no checkpoint ${id}`);
  const promotable = from === 'candidate' || from === 'promoted' || from === 'retired';
  if (to === 'promoted' && !promotable) refuseStatus(id, from);
  // A tainted checkpoint stays tainted, whatever an alias does.
  const next = promotable ? to : from;
  await moveStatus(trx, 'checkpoint', { id, from, to: next, ...change });
}

export function refuseStatus(id: string, status: CheckpointStatus): never {
  throw new MendloopError('policy_refused', `checkpoint ${id} is ${status}`);
}

async function isNamed(trx: Transaction<Database>, id: string): Promise<boolean> {
  const alias = await trx
    .selectFrom('alias')
    .select('name')
    .where('checkpoint_id', '=', id)
    .executeTakeFirst();
  return alias !== undefined;
}

/** Points the alias at `to`; what it pointed at becomes the previous one, and `retired` unless the other alias has it. */
export async function moveAlias(
  trx: Transaction<Database>,
  name: AliasName,
  { checkpoint_id: from }: Alias,
  to: string | null,
  event: 'promoted' | 'rolled_back',
  { reason, job_id = null }: Cause,
): Promise<void> {
  await trx
    .updateTable('alias')
    .set({ checkpoint_id: to, previous_id: from, updated_at: sql`now()` })
    .where('name', '=', name)
    .execute();
  if (to !== null) await setStatus(trx, to, 'promoted', { event: `${name}_${event}`, reason, job_id });
  if (from === null) return;
  const status = (await isNamed(trx, from)) ? 'promoted' : 'retired';
  await setStatus(trx, from, status, { event: `${name}_replaced`, reason, job_id });
}
