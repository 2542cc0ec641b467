import { sql, type Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { MendloopError } from '../../domain/errors.ts';
import type { AliasName } from '../../domain/round.ts';
import { lockAlias, moveAlias, readAlias, refuseStatus } from './alias.ts';
import type { Cause, CheckpointDeps } from './deps.ts';

/**
 * Everything that may take long before an alias is moved: the files are the ones that were registered, and the model server
 * answers with them. Throws `not_found`, `policy_refused` for a status, `round_invalid` for changed files, `model_unreachable`
 * and `model_refused`.
 */
export async function makeReady({ db, treeSha256, serve }: CheckpointDeps, id: string): Promise<void> {
  const found = await db
    .selectFrom('checkpoint')
    .select(['checkpoint_id', 'round_id', 'kind', 'tree_sha256', 'status'])
    .select(sql<string | null>`manifest -> 'base' ->> 'uri'`.as('base_uri'))
    .where('checkpoint_id', '=', id)
    .executeTakeFirst();
  if (!found) throw new MendloopError('not_found', `there is no checkpoint ${id}`);
  const { status, ...checkpoint } = found;
  if (status === 'tainted' || status === 'purged' || status === 'discarded') refuseStatus(id, status);
  if ((await treeSha256(checkpoint)) !== checkpoint.tree_sha256) {
    throw new MendloopError(
      'round_invalid',
      `the files of checkpoint ${id} are not those that were registered`,
    );
  }
  await serve?.(checkpoint);
}

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

/** Makes a checkpoint ready and points the alias at it. Throws as {@link makeReady} does; then no alias has moved. */
export async function promoteCheckpoint(
  deps: CheckpointDeps,
  id: string,
  alias: AliasName,
  cause: Cause,
): Promise<AliasChange> {
  await makeReady(deps, id);
  return deps.db.transaction().execute((trx) => pointAlias(trx, id, alias, cause));
}

/**
 * Points an alias back at what it meant before, the base model included; a second time undoes the first. Throws `not_found`
 * where it never meant anything else, `input_invalid` where somebody moves it at the same time.
 */
export async function rollbackAlias(
  deps: CheckpointDeps,
  alias: AliasName,
  cause: Cause,
): Promise<AliasChange> {
  const seen = await readAlias(deps.db, alias);
  const { checkpoint_id: from, previous_id: to } = seen;
  if (from === to) throw new MendloopError('not_found', `alias ${alias} has nothing to go back to`);
  if (to !== null) await makeReady(deps, to);
  return deps.db.transaction().execute(async (trx) => {
    const now = await lockAlias(trx, alias);
    if (now.checkpoint_id !== from || now.previous_id !== to) {
      throw new MendloopError('input_invalid', `alias ${alias} was moved at the same time; look at it again`);
    }
    await moveAlias(trx, alias, now, to, 'rolled_back', cause);
    return { from, to };
  });
}
