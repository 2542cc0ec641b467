import path from 'node:path';
import { MendloopError } from '../../domain/errors.ts';
import type { RoundCluster } from '../round/cluster/round-cluster.ts';
import { type BaseModel, describeModel, type ModelFolder } from '../round/prepare/base-model.ts';
import type { PrepareDeps } from '../round/prepare/prepare.ts';
import { readRound } from '../round/state/read-round.ts';

type NamedModelDeps = Pick<PrepareDeps, 'db' | 'cluster'>;

async function checkpointModel(deps: NamedModelDeps, name: string): Promise<BaseModel | null> {
  const row = await deps.db
    .selectFrom('checkpoint')
    .select(['round_id', 'status'])
    .where('checkpoint_id', '=', name)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { round_id, status } = row;
  if (status === 'tainted' || status === 'purged') {
    throw new MendloopError('policy_refused', `checkpoint ${name} is ${status}`);
  }
  await using cluster = await deps.cluster(await readRound(deps.db, round_id));
  const model = `${round_id}/out/model`;
  return await wholeModel({ files: cluster.files, path: model }, path.join(cluster.roundsDir, model), name);
}

async function wholeModel(model: ModelFolder, folder: string, name: string): Promise<BaseModel> {
  const { files, path: below } = model;
  if (!(await files.has(below === '' ? 'config.json' : `${below}/config.json`))) {
    throw new MendloopError('not_found', `there is no checkpoint and no folder of a whole model: ${name}`);
  }
  return describeModel(model, folder);
}

/**
 * A whole model by the name of its checkpoint, or by its folder on the machines of `cluster`. Throws `not_found`,
 * `policy_refused` for a tainted checkpoint, `round_invalid` where the files cannot be read.
 */
export async function namedModel(
  deps: NamedModelDeps,
  cluster: Pick<RoundCluster, 'filesOf'>,
  name: string,
): Promise<BaseModel> {
  const checkpoint = await checkpointModel(deps, name);
  if (checkpoint !== null) return checkpoint;
  const folder = path.resolve(name);
  return wholeModel({ files: cluster.filesOf(folder), path: '' }, folder, name);
}
