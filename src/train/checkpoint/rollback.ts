import { MendloopError } from '../../domain/errors.ts';
import type { AliasName } from '../../domain/round.ts';
import { lockAlias, moveAlias, readAlias } from './alias.ts';
import type { Cause, CheckpointDeps } from './deps.ts';
import { makeReady } from './make-ready.ts';
import type { AliasChange } from './promote.ts';

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
