import type { Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { AliasName } from '../../domain/round.ts';
import { lockAlias, moveAlias } from './alias.ts';
import type { Cause, CheckpointDeps } from './deps.ts';
import { makeReady } from './make-ready.ts';

export interface AliasChange {
  /** Null: the base model. */
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Points an alias at a checkpoint that {@link makeReady} has just looked at; nothing changes where it does already. Its status
 * is asked again here, and two at once come one after the other. Throws `policy_refused`.
 */
export async function pointAlias(
  trx: Transaction<Database>,
  id: string,
  alias: AliasName,
  cause: Cause,
): Promise<AliasChange> {
  const now = await lockAlias(trx, alias);
  if (now.checkpoint_id !== id) await moveAlias(trx, alias, now, id, 'promoted', cause);
  return { from: now.checkpoint_id, to: id };
}

/** Both in turn. Throws as {@link makeReady} does; then no alias has moved. */
export async function promoteCheckpoint(
  deps: CheckpointDeps,
  id: string,
  alias: AliasName,
  cause: Cause,
): Promise<AliasChange> {
  await makeReady(deps, id);
  return deps.db.transaction().execute((trx) => pointAlias(trx, id, alias, cause));
}
