import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { sharedFolder } from '../../src/round-files/shared-folder.ts';
import { describeModel } from '../../src/train/round/prepare/base-model.ts';
import type { SpecRound } from '../../src/train/round/prepare/build-spec.ts';
import { writeDirectory } from '../../src/train/round/prepare/write-directory.ts';
import { roundRequest } from '../../src/train/round/state/request.ts';
import { type SnapshotFile, type SnapshotManifest, rowFileName } from '../../src/train/snapshot/manifest.ts';
import { RowFile, type RowFileSummary } from '../../src/train/snapshot/row-file.ts';
import { oracleRow, promptRow, sftRow } from '../../src/train/snapshot/rows.ts';
import { benchTasks } from './tasks.ts';

export interface BenchSnapshot {
  readonly folder: string;
  readonly manifest: SnapshotManifest;
}

async function write(
  folder: string,
  name: SnapshotFile,
  rows: readonly (object | null)[],
): Promise<RowFileSummary> {
  await using file = new RowFile(folder, rowFileName(name));
  for (const row of rows) if (row !== null) await file.write(row);
  return await file.close();
}

/** Rows as a snapshot has them; nothing is held out, so that a round ends with its export. */
export async function writeBenchSnapshot(folder: string): Promise<BenchSnapshot> {
  await mkdir(folder, { recursive: true });
  const tasks = benchTasks();
  const files = {
    train: await write(
      folder,
      'train',
      tasks.map((task, index) => promptRow(task, 'train', index)),
    ),
    held_out: await write(folder, 'held_out', []),
    sft: await write(folder, 'sft', tasks.map(sftRow)),
    oracles: await write(folder, 'oracles', tasks.map(oracleRow)),
    preferences: await write(folder, 'preferences', []),
  };
  const manifest: SnapshotManifest = {
    schema: 'mendloop.snapshot/1',
    snapshot_id: `s-${'0'.repeat(20)}`,
    rows: 'hunks',
    formula: 'mendloop/1',
    split_at: '9999-12-31T00:00:00Z',
    files,
    instances: { train: tasks.length, held_out: 0 },
    left_out: {},
  };
  return { folder, manifest };
}

export interface BenchRound {
  readonly seed: number;
  readonly steps: number;
  readonly cpus: number;
  /** Folder of the model. */
  readonly model: string;
  readonly rewardServer: string;
  /** Where round directories lie. */
  readonly rounds: string;
}

function roundOf({ seed, steps }: BenchRound, round_id: string): SpecRound {
  const request = roundRequest.parse({ steps });
  return { round_id, engine: 'trl_grpo', formula: 'mendloop/1', seed, created_at: new Date(0), request };
}

/** A round of the product's own making, of the profile `cpu`. Gives its directory. */
export async function writeBenchRound(
  bench: BenchRound,
  round_id: string,
  snapshot: BenchSnapshot,
): Promise<string> {
  await mkdir(bench.rounds, { recursive: true });
  await writeDirectory({
    round: roundOf(bench, round_id),
    cluster: {
      profile: 'cpu',
      settings: {},
      resources: { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: bench.cpus, mem_gb: 4 },
      files: sharedFolder(bench.rounds),
    },
    lineage: {
      base: await describeModel({ files: sharedFolder(bench.model), path: '' }, path.resolve(bench.model)),
      init: { mode: 'base', uri: null, tree_sha256: null },
      parent_id: null,
      incumbent_id: null,
      incumbent: null,
    },
    assets: {
      rewardServer: bench.rewardServer,
      rewardModule: path.join(trainerFolder, 'mendloop_trainer', 'mendloop_reward.py'),
    },
    snapshot: snapshot.manifest,
    snapshotFolder: snapshot.folder,
  });
  return path.join(bench.rounds, round_id);
}

export const trainerFolder = path.join(import.meta.dirname, '..', '..', 'trainer');
