import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import { isMendloopError } from '../../src/domain/errors.ts';
import { type EngineName, engineNames } from '../../src/domain/round.ts';
import { requirePython } from '../../src/python/find-python.ts';
import { snapshotManifest, type SnapshotManifest } from '../../src/train/snapshot/manifest.ts';
import type { Product } from '../product/product.ts';
import { readSummaryRound, type SummaryRound } from '../report/summary-round.ts';
import { followRound } from './follow.ts';
import { prepareTrainer } from './trainer.ts';

export interface TrainStage {
  readonly db: Kysely<Database>;
  readonly product: Product;
  readonly home: string;
  readonly isTemporary: boolean;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

export type Trained =
  | { readonly outcome: 'round'; readonly round: SummaryRound }
  | { readonly outcome: 'skipped'; readonly why: string };

/** Below these a round would show nothing: batches of the warm-up would repeat, and the gate needs 8 held-out tasks. */
const fewest = { sft: 32, held_out: 8 } as const;

function chosenEngine(): EngineName {
  return engineNames.find((name) => name === process.env['ROUND_ENGINE']) ?? 'trl_grpo';
}

function rowsMissing({ files }: SnapshotManifest): string | null {
  const [sft, heldOut] = [files.sft.rows, files.held_out.rows];
  if (sft >= fewest.sft && heldOut >= fewest.held_out) return null;
  return `too few rows: ${sft} to train on and ${heldOut} held out, where ${fewest.sft} and ${fewest.held_out} are needed`;
}

async function takeSnapshot({ product, progress }: TrainStage): Promise<SnapshotManifest> {
  const snapshot = snapshotManifest.parse(await product.command('snapshot', 'create', '--rows', 'hunks'));
  const { files, instances, left_out } = snapshot;
  const long = (left_out['prompt_too_long'] ?? 0) + (left_out['answer_too_long'] ?? 0);
  progress(
    `snapshot ${snapshot.snapshot_id}: ${files.train.rows} hunks of ${instances.train} instances to train on, ` +
      `${files.held_out.rows} of ${instances.held_out} held out, ${long} too long for the tiny model left out`,
  );
  return snapshot;
}

async function runRound(stage: TrainStage, engine: EngineName, model: string): Promise<SummaryRound> {
  const { db, product, progress, signal } = stage;
  const asked = ['--cluster', 'local', '--engine', engine, '--rows', 'hunks', '--model', model];
  const { round_id } = (await product.command('round', 'start', ...asked)) as { round_id: string };
  progress(`round ${round_id}, live at ${product.url}/rounds/${round_id}`);
  await followRound({
    db,
    round_id,
    progress,
    signal,
    cancel: () => product.command('round', 'cancel', round_id),
  });
  return readSummaryRound(db, round_id);
}

/**
 * One round of the tiny model over what the replay left, by the product's own worker on the cluster `local`. Skipped where this
 * machine has no Python, where its packages or the model cannot be had, and where there are too few rows.
 */
export async function train(stage: TrainStage): Promise<Trained> {
  const engine = chosenEngine();
  try {
    await requirePython(process.env);
    const why = rowsMissing(await takeSnapshot(stage));
    if (why !== null) return { outcome: 'skipped', why };
    const model = await prepareTrainer({ ...stage, engine });
    return { outcome: 'round', round: await runRound(stage, engine, model) };
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'trainer_missing') throw error;
    return { outcome: 'skipped', why: error.message };
  }
}
