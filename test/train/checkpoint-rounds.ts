import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { EvaluationRow } from '../../src/evaluate/evaluation-row.ts';
import { decideGate, type GateVerdict } from '../../src/evaluate/gate.ts';
import { registerCheckpoint } from '../../src/train/checkpoint/register.ts';
import { insertRound } from './seed-round.ts';

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const baseHash = hashOf('the base model');

export function manifest(round_id: string, changed: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema: 'mendloop.manifest/1',
    round_id,
    attempt: 1,
    kind: 'lora',
    step: 8,
    base: { uri: 'file:///models/tiny', tree_sha256: baseHash },
    tree_sha256: hashOf(round_id),
    files: [],
    ...changed,
  };
}

export async function seedSnapshot(db: Kysely<Database>, snapshot_id: string): Promise<void> {
  const counts = JSON.stringify({ train: 40, held_out: 10 });
  const left_out = '{}';
  const values = {
    snapshot_id,
    sha256: hashOf(snapshot_id),
    formula: 'mendloop/1',
    split_at: new Date(),
    counts,
    left_out,
  };
  await db.insertInto('snapshot').values(values).execute();
}

/** A round that has finished with data of the snapshot. */
export async function seedRound(db: Kysely<Database>, round_id: string, snapshot_id: string): Promise<void> {
  await insertRound(db, { round_id, state: 'evaluating', snapshot_id });
}

/** A candidate of a round of its own; gives its id. */
export async function seedCandidate(
  db: Kysely<Database>,
  round_id: string,
  {
    snapshot_id = 's-1',
    parent_id = null,
    tree_sha256 = hashOf(round_id),
  }: {
    snapshot_id?: string;
    parent_id?: string | null;
    tree_sha256?: string;
  } = {},
): Promise<string> {
  await seedRound(db, round_id, snapshot_id);
  return db
    .transaction()
    .execute((trx) =>
      registerCheckpoint(trx, { round_id, parent_id, manifest: manifest(round_id, { tree_sha256 }) }),
    );
}

/** An evaluation of ten tasks in which the candidate is better by `gain`, and a little more from task to task. */
export function evaluationOf(gain: number): EvaluationRow[] {
  return Array.from({ length: 10 }, (_, at) =>
    (['candidate', 'incumbent'] as const).map((model) => ({
      row_id: `octo-org__parser-${at + 1}`,
      task_id: `octo-org__parser-${at + 1}`,
      model,
      sample: 0,
      rewards: { 'mendloop/1': model === 'candidate' ? gain + at / 1000 : 0, 'paper/1': null },
      format_error: false,
      hack: null,
    })),
  ).flat();
}

export function verdictOf(rows: readonly EvaluationRow[]): GateVerdict {
  return decideGate({ rows, history: [], trainingFormula: 'mendloop/1', seed: 1 });
}
