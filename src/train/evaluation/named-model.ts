import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MendloopError } from '../../domain/errors.ts';
import type { RoundDeps } from '../round/deps.ts';
import { type BaseModel, describeModel } from '../round/prepare/base-model.ts';
import { readRound } from '../round/state/read-round.ts';

interface Place {
  readonly app: string;
  readonly cluster: string;
}

async function checkpointPlace(deps: RoundDeps, name: string): Promise<Place | null> {
  const found = await deps.db
    .selectFrom('checkpoint')
    .select(['round_id', 'status'])
    .where('checkpoint_id', '=', name)
    .executeTakeFirst();
  if (found === undefined) return null;
  const { round_id, status } = found;
  if (status === 'tainted' || status === 'purged') {
    throw new MendloopError('policy_refused', `checkpoint ${name} is ${status}`);
  }
  await using cluster = await deps.cluster(await readRound(deps.db, round_id));
  const { folder } = cluster;
  return {
    app: path.join(folder.app, round_id, 'out', 'model'),
    cluster: path.join(folder.cluster, round_id, 'out', 'model'),
  };
}

/**
 * A whole model by the name of its checkpoint, or by its folder, which lies at the same place for the cluster. Throws
 * `not_found`, `policy_refused` for a tainted checkpoint, `round_invalid` where the files cannot be read.
 */
export async function namedModel(deps: RoundDeps, name: string): Promise<BaseModel> {
  const folder = path.resolve(name);
  const place = (await checkpointPlace(deps, name)) ?? { app: folder, cluster: folder };
  if (!existsSync(path.join(place.app, 'config.json'))) {
    throw new MendloopError('not_found', `there is no checkpoint and no folder of a whole model: ${name}`);
  }
  return { ...(await describeModel(place.app)), uri: pathToFileURL(place.cluster).href };
}
