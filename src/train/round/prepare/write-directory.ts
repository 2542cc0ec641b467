import { createHash } from 'node:crypto';
import path from 'node:path';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { MendloopError } from '../../../domain/errors.ts';
import type { RoundFiles } from '../../../domain/round-files.ts';
import { bytesOf } from '../../../files/file-hash.ts';
import { type RoundSpec, roundSpec } from '../../../round-contract/round-spec.ts';
import {
  rowFileName,
  type SnapshotFile,
  snapshotFiles,
  type SnapshotManifest,
} from '../../snapshot/manifest.ts';
import type { RoundCluster } from '../cluster/round-cluster.ts';
import { unfinishedFolder } from '../files/round-folders.ts';
import { buildSpec, type SpecParts, type SpecRound } from './build-spec.ts';
import { goldenRows } from './golden-rows.ts';
import type { Lineage } from './lineage.ts';

/** Files that every round directory gets a copy of. */
export interface RoundAssets {
  readonly rewardServer: string;
  readonly rewardModule: string;
}

export interface DirectoryParts {
  readonly round: SpecRound;
  readonly cluster: Pick<RoundCluster, 'profile' | 'settings' | 'resources' | 'files'>;
  readonly lineage: Lineage;
  readonly assets: RoundAssets;
  readonly snapshot: SnapshotManifest;
  readonly snapshotFolder: string;
  /** Size of an evaluation without training; absent: the profile's. */
  readonly evaluation?: SpecParts['evaluation'];
}

export interface WrittenDirectory {
  readonly spec: RoundSpec;
  /** SHA-256 of the bytes of `spec.json`. */
  readonly spec_sha256: string;
}

/** Every candidate is measured under these, whichever formula it was trained with. */
const reported = ['paper/1', 'mendloop/1'];

function failed(cause: unknown): never {
  if (cause instanceof MendloopError) throw cause;
  throw new MendloopError('round_invalid', 'the round directory cannot be written', { cause });
}

interface Written {
  readonly uri: string;
  readonly sha256: string;
}

/** A round directory while it is written. */
interface Unfinished {
  readonly files: RoundFiles;
  readonly folder: string;
}

async function copied(source: string, { files, folder }: Unfinished, uri: string): Promise<Written> {
  return { uri, sha256: await files.copyIn(`${folder}/${uri}`, bytesOf(source)) };
}

async function written(text: string, { files, folder }: Unfinished, uri: string): Promise<Written> {
  await files.putWhole(`${folder}/${uri}`, text);
  return { uri, sha256: createHash('sha256').update(text).digest('hex') };
}

type DataFile = RoundSpec['data']['train'];

async function copyData(
  { snapshot, snapshotFolder }: DirectoryParts,
  unfinished: Unfinished,
): Promise<Record<SnapshotFile, DataFile>> {
  const data = {} as Record<SnapshotFile, DataFile>;
  for (const name of snapshotFiles) {
    const file = rowFileName(name);
    const { rows, sha256 } = snapshot.files[name];
    data[name] = { ...(await copied(path.join(snapshotFolder, file), unfinished, `data/${file}`)), rows };
    if (data[name].sha256 !== sha256)
      throw new MendloopError('round_invalid', `${file} of the snapshot was changed`);
  }
  return data;
}

async function write(parts: DirectoryParts, unfinished: Unfinished): Promise<void> {
  const { files, folder } = unfinished;
  const { round, cluster, lineage, assets } = parts;
  for (const name of ['data', 'reward', 'control', 'attempts']) await files.makeFolder(`${folder}/${name}`);
  const { overrides } = round.request;
  const { train, held_out, sft, oracles } = await copyData(parts, unfinished);
  const formulas = [...new Set([...reported, round.formula])];
  const spec = buildSpec({
    round,
    lineage,
    profile: cluster.profile,
    settings: cluster.settings,
    resources: cluster.resources,
    reportFormulas: formulas,
    evaluation: parts.evaluation ?? null,
    data: { train, held_out, sft, oracles },
    reward: {
      server: await copied(assets.rewardServer, unfinished, 'reward/reward-server.mjs'),
      module: await copied(assets.rewardModule, unfinished, 'reward/mendloop_reward.py'),
      golden: await written(goldenRows(formulas), unfinished, 'reward/golden.jsonl'),
    },
    overrides:
      overrides === null
        ? null
        : await written(`${canonicalJson(overrides)}\n`, unfinished, 'engine-overrides.json'),
  });
  await files.putWhole(`${folder}/spec.json`, `${canonicalJson(spec)}\n`);
}

/** The directory that an earlier try of this round has put in place; null where there is none. */
async function readDirectory(files: RoundFiles, round_id: string): Promise<WrittenDirectory | null> {
  const text = await files.read(`${round_id}/spec.json`);
  if (text === null) return null;
  const spec_sha256 = createHash('sha256').update(text).digest('hex');
  return { spec: roundSpec.parse(JSON.parse(text)), spec_sha256 };
}

/**
 * Puts the round directory in place by one move, once: a directory that is there stays, since a driver may be reading it.
 * Throws `storage_full`, and `round_invalid` for what cannot be written.
 */
export async function writeDirectory(parts: DirectoryParts): Promise<WrittenDirectory> {
  const { files } = parts.cluster;
  const { round_id } = parts.round;
  const present = await readDirectory(files, round_id);
  if (present !== null) return present;
  const folder = unfinishedFolder(round_id);
  await files.remove(folder);
  try {
    await write(parts, { files, folder });
    await files.move(folder, round_id);
  } catch (cause) {
    await files.remove(folder);
    failed(cause);
  }
  return (await readDirectory(files, round_id)) ?? failed(new Error('the round directory is gone'));
}
