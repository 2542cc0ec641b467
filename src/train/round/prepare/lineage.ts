import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kysely } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { MendloopError } from '../../../domain/errors.ts';
import type { RoundSpec } from '../../../round-contract/round-spec.ts';
import { readAlias } from '../../checkpoint/alias.ts';
import type { OpenRoundCluster, RoundCluster } from '../cluster/round-cluster.ts';
import { type Round, readRound, specOf } from '../state/read-round.ts';
import { type BaseModel, describeModel } from './base-model.ts';

export interface LineageDeps {
  readonly db: Kysely<Database>;
  readonly cluster: OpenRoundCluster;
  readonly model: string | null;
}

export interface Lineage {
  readonly base: BaseModel;
  readonly init: RoundSpec['model']['init'];
  readonly parent_id: string | null;
  readonly incumbent_id: string | null;
  readonly incumbent: RoundSpec['evaluation']['incumbent'];
}

/** A finished `out/` of a round. */
interface TrainedRound {
  readonly checkpoint_id: string;
  readonly round_id: string;
  readonly model: RoundSpec['model'];
  readonly cluster: RoundCluster;
}

/** What the stable checkpoint gives a round: the model to go on from, and the one to beat. */
type StableModels = Pick<Lineage, 'base' | 'init' | 'incumbent'> & {
  readonly checkpoint_id: string;
  /** False for an adapter on an adapter: no round can go on from it. */
  readonly hasBase: boolean;
};

const fromBase = { mode: 'base', uri: null, tree_sha256: null } as const;

async function stableModels(deps: LineageDeps): Promise<StableModels | null> {
  const { checkpoint_id } = await readAlias(deps.db, 'stable');
  if (checkpoint_id === null) return null;
  const { round_id } = await deps.db
    .selectFrom('checkpoint')
    .select('round_id')
    .where('checkpoint_id', '=', checkpoint_id)
    .executeTakeFirstOrThrow();
  const round = await readRound(deps.db, round_id);
  const { model } = specOf(round);
  await using cluster = await deps.cluster(round);
  return await modelsOf({ checkpoint_id, round_id, model, cluster });
}

/** A merged model is a base; an adapter is merged into its base, and a new adapter begun (docs/contracts/round.md#start-from-an-earlier-checkpoint). */
async function modelsOf(trained: TrainedRound): Promise<StableModels> {
  const { checkpoint_id, round_id, model, cluster } = trained;
  const { base } = model;
  if (await cluster.files.has(`${round_id}/out/model`)) {
    const merged = await treeOf(trained, 'model');
    return { checkpoint_id, base: { ...base, ...merged }, init: fromBase, incumbent: merged, hasBase: true };
  }
  const adapter = await treeOf(trained, 'adapter');
  const hasBase = model.init.mode === 'base';
  return { checkpoint_id, base, init: { mode: 'merge_adapter', ...adapter }, incumbent: adapter, hasBase };
}

async function treeOf({ round_id, cluster }: TrainedRound, name: string) {
  const relative = `${round_id}/out/${name}`;
  return {
    uri: pathToFileURL(path.join(cluster.roundsDir, relative)).href,
    tree_sha256: await cluster.files.hashTree(relative),
  };
}

/**
 * Where a round begins, and what its candidate has to beat. `cluster` is the round's own. Throws `round_invalid` where there is
 * no model to begin with.
 */
export async function lineageOf(
  deps: LineageDeps,
  { request }: Round,
  cluster: Pick<RoundCluster, 'filesOf'>,
): Promise<Lineage> {
  const stable = await stableModels(deps);
  const against = { incumbent_id: stable?.checkpoint_id ?? null, incumbent: stable?.incumbent ?? null };
  if (stable !== null && request.model === null) return { ...goOnFrom(stable), ...against };
  const given = request.model ?? deps.model;
  if (given === null) {
    throw new MendloopError(
      'round_invalid',
      'there is no model to begin with: set ROUND_MODEL or give --model',
    );
  }
  const folder = path.resolve(given);
  const base = await describeModel({ files: cluster.filesOf(folder), path: '' }, folder);
  return { base, init: fromBase, parent_id: null, ...against };
}

function goOnFrom({ checkpoint_id, base, init, hasBase }: StableModels) {
  if (hasBase) return { base, init, parent_id: checkpoint_id };
  throw new MendloopError('round_invalid', `checkpoint ${checkpoint_id} has no merged model to go on from`);
}
