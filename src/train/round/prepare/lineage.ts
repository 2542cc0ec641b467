import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kysely } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { MendloopError } from '../../../domain/errors.ts';
import { type RoundSpec, roundSpec } from '../../../round-contract/round-spec.ts';
import { readAlias } from '../../checkpoint/alias.ts';
import { treeSha256 } from '../../checkpoint/tree-hash.ts';
import type { OpenRoundCluster } from '../cluster.ts';
import { type Round, readRound } from '../state/read-round.ts';
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

interface StableCheckpoint {
  readonly checkpoint_id: string;
  readonly base: BaseModel;
  readonly initMode: RoundSpec['model']['init']['mode'];
  /** `out/` of its round, for us and for the cluster. */
  readonly app: string;
  readonly cluster: string;
}

const fromBase = { mode: 'base', uri: null, tree_sha256: null } as const;

async function stableCheckpoint(deps: LineageDeps): Promise<StableCheckpoint | null> {
  const { checkpoint_id } = await readAlias(deps.db, 'stable');
  if (checkpoint_id === null) return null;
  const { round_id } = await deps.db
    .selectFrom('checkpoint')
    .select('round_id')
    .where('checkpoint_id', '=', checkpoint_id)
    .executeTakeFirstOrThrow();
  const round = await readRound(deps.db, round_id);
  const { model } = roundSpec.parse(round.spec);
  await using found = await deps.cluster(round);
  const [app, cluster] = [found.folder.app, found.folder.cluster].map((folder) =>
    path.join(folder, round_id, 'out'),
  ) as [string, string];
  return { checkpoint_id, base: model.base, initMode: model.init.mode, app, cluster };
}

async function treeOf({ app, cluster }: StableCheckpoint, name: string) {
  return {
    uri: pathToFileURL(path.join(cluster, name)).href,
    tree_sha256: await treeSha256(path.join(app, name)),
  };
}

/** The model that the stable checkpoint is, as a base: an adapter goes into its base, and a new one is begun (docs/contracts/round.md#start-from-an-earlier-checkpoint). */
async function goOnFrom(stable: StableCheckpoint): Promise<Pick<Lineage, 'base' | 'init'>> {
  if (existsSync(path.join(stable.app, 'model'))) {
    return { base: { ...stable.base, ...(await treeOf(stable, 'model')) }, init: fromBase };
  }
  if (stable.initMode !== 'base') {
    throw new MendloopError(
      'round_invalid',
      `checkpoint ${stable.checkpoint_id} has no merged model to go on from`,
    );
  }
  return { base: stable.base, init: { mode: 'merge_adapter', ...(await treeOf(stable, 'adapter')) } };
}

async function incumbentOf(stable: StableCheckpoint): Promise<NonNullable<Lineage['incumbent']>> {
  return treeOf(stable, existsSync(path.join(stable.app, 'model')) ? 'model' : 'adapter');
}

/** Where a round begins, and what its candidate has to beat. Throws `round_invalid` where there is no model to begin with. */
export async function lineageOf(deps: LineageDeps, { request }: Round): Promise<Lineage> {
  const stable = await stableCheckpoint(deps);
  const against = {
    incumbent_id: stable?.checkpoint_id ?? null,
    incumbent: stable === null ? null : await incumbentOf(stable),
  };
  if (stable !== null && request.model === null) {
    return { ...(await goOnFrom(stable)), parent_id: stable.checkpoint_id, ...against };
  }
  const folder = request.model ?? deps.model;
  if (folder === null) {
    throw new MendloopError(
      'round_invalid',
      'there is no model to begin with: set ROUND_MODEL or give --model',
    );
  }
  return { base: await describeModel(folder), init: fromBase, parent_id: null, ...against };
}
