import type { Transaction } from 'kysely';
import { moveStatus } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import type { EvaluationRow } from '../../evaluate/evaluation-row.ts';
import type { GateVerdict } from '../../evaluate/gate.ts';

export interface NewEvaluation {
  readonly checkpoint_id: string;
  /** Null: the base model. */
  readonly incumbent_id: string | null;
  readonly snapshot_id: string;
  readonly verdict: GateVerdict;
  readonly rows: readonly EvaluationRow[];
  readonly job_id?: string | null;
}

/** Seven parameters a row; the protocol allows 65,535. */
const rowsAtOnce = 5000;

async function insertRows(
  trx: Transaction<Database>,
  evaluation_id: number,
  rows: readonly EvaluationRow[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const values = rows
      .slice(at, at + rowsAtOnce)
      .map(({ row_id, model, sample, rewards, format_error, hack }) => ({
        evaluation_id,
        row_id,
        model,
        sample,
        rewards: JSON.stringify(rewards),
        format_error,
        hack,
      }));
    await trx.insertInto('evaluation_result').values(values).execute();
  }
}

async function discard(trx: Transaction<Database>, evaluation: NewEvaluation): Promise<void> {
  const { checkpoint_id: id, verdict, job_id = null } = evaluation;
  const cause = { event: `gate_${verdict.decision}`, reason: verdict.reasons[0] ?? null, job_id };
  await moveStatus(trx, 'checkpoint', { id, from: 'candidate', to: 'discarded', ...cause });
}

/**
 * Stores a verdict with the answers behind it, which later nights go on from. After `keep` and `refuse` the candidate is
 * discarded and can never be promoted; after `accumulate` it stays a candidate, which a person may still promote.
 */
export async function recordEvaluation(
  trx: Transaction<Database>,
  evaluation: NewEvaluation,
): Promise<number> {
  const { checkpoint_id, incumbent_id, snapshot_id, verdict, rows } = evaluation;
  const { evaluation_id } = await trx
    .insertInto('evaluation')
    .values({
      checkpoint_id,
      incumbent_id,
      snapshot_id,
      decision: verdict.decision,
      reasons: JSON.stringify(verdict.reasons),
      evidence: JSON.stringify(verdict.evidence),
    })
    .returning('evaluation_id')
    .executeTakeFirstOrThrow();
  // A repeated answer has no place in the table, and such an evaluation is no evidence.
  if (verdict.decision !== 'refuse') await insertRows(trx, evaluation_id, rows);
  if (verdict.decision === 'keep' || verdict.decision === 'refuse') await discard(trx, evaluation);
  return evaluation_id;
}
