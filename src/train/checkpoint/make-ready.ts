import { sql } from 'kysely';
import { MendloopError } from '../../domain/errors.ts';
import { refuseStatus } from './alias.ts';
import type { CheckpointDeps } from './deps.ts';

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
