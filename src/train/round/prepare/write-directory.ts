import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { MendloopError } from '../../../domain/errors.ts';
import { type RoundSpec, roundSpec } from '../../../round-contract/round-spec.ts';
import {
  rowFileName,
  type SnapshotFile,
  type SnapshotManifest,
  snapshotFiles,
} from '../../snapshot/manifest.ts';
import { sha256OfFile } from '../../snapshot/row-file.ts';
import type { RoundCluster } from '../cluster.ts';
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
  readonly cluster: Pick<RoundCluster, 'profile' | 'settings' | 'resources' | 'folder'>;
  readonly lineage: Lineage;
  readonly assets: RoundAssets;
  readonly snapshot: SnapshotManifest;
  readonly snapshotFolder: string;
  /** Of an evaluation without training; the profile's where nothing is said. */
  readonly evaluation?: SpecParts['evaluation'];
}

export interface WrittenDirectory {
  readonly spec: RoundSpec;
  /** Of the bytes of `spec.json`. */
  readonly spec_sha256: string;
}

/** Every candidate is measured under these, whichever formula it was trained with. */
const reported = ['paper/1', 'mendloop/1'];

function failed(cause: unknown): never {
  const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  if (cause instanceof MendloopError) throw cause;
  throw new MendloopError(full ? 'storage_full' : 'round_invalid', 'the round directory cannot be written', {
    cause,
  });
}

async function copied(from: string, folder: string, uri: string): Promise<{ uri: string; sha256: string }> {
  const to = path.join(folder, uri);
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  return { uri, sha256: await sha256OfFile(to) };
}

async function written(text: string, folder: string, uri: string): Promise<{ uri: string; sha256: string }> {
  await writeFile(path.join(folder, uri), text);
  return { uri, sha256: createHash('sha256').update(text).digest('hex') };
}

type DataFile = RoundSpec['data']['train'];

async function copyData(
  { snapshot, snapshotFolder }: DirectoryParts,
  folder: string,
): Promise<Record<SnapshotFile, DataFile>> {
  const data = {} as Record<SnapshotFile, DataFile>;
  for (const name of snapshotFiles) {
    const file = rowFileName(name);
    const { rows, sha256 } = snapshot.files[name];
    data[name] = { ...(await copied(path.join(snapshotFolder, file), folder, `data/${file}`)), rows };
    if (data[name].sha256 !== sha256)
      throw new MendloopError('round_invalid', `${file} of the snapshot was changed`);
  }
  return data;
}

async function write(parts: DirectoryParts, folder: string): Promise<void> {
  const { round, cluster, lineage, assets } = parts;
  for (const name of ['data', 'reward', 'control', 'attempts'])
    await mkdir(path.join(folder, name), { recursive: true });
  const { overrides } = round.request;
  const { train, held_out, sft, oracles } = await copyData(parts, folder);
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
      server: await copied(assets.rewardServer, folder, 'reward/reward-server.mjs'),
      module: await copied(assets.rewardModule, folder, 'reward/mendloop_reward.py'),
      golden: await written(goldenRows(formulas), folder, 'reward/golden.jsonl'),
    },
    overrides:
      overrides === null
        ? null
        : await written(`${canonicalJson(overrides)}\n`, folder, 'engine-overrides.json'),
  });
  await writeFile(path.join(folder, 'spec.json'), `${canonicalJson(spec)}\n`);
}

/** What lies there already was put there by an earlier try of this very round. */
async function readDirectory(folder: string): Promise<WrittenDirectory | null> {
  const bytes = await readFile(path.join(folder, 'spec.json')).catch(() => null);
  if (bytes === null) return null;
  const spec = roundSpec.parse(JSON.parse(bytes.toString('utf8')));
  return { spec, spec_sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Puts the round directory in place by one rename, once: what is there stays, since a driver may be reading it. */
export async function writeDirectory(parts: DirectoryParts): Promise<WrittenDirectory> {
  const { app } = parts.cluster.folder;
  const folder = path.join(app, parts.round.round_id);
  const unfinished = path.join(app, `.${parts.round.round_id}`);
  const found = await readDirectory(folder);
  if (found !== null) return found;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await write(parts, unfinished);
    await rename(unfinished, folder);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    failed(cause);
  }
  return (await readDirectory(folder)) ?? failed(new Error('it is gone'));
}
