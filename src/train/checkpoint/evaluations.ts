import { type Kysely, sql, type Transaction } from 'kysely';
import { moveStatus } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import { type EvaluationRow, taskOfRow } from '../../evaluate/evaluation-row.ts';
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

export interface Incumbent {
  /** Null: the base model. */
  readonly checkpoint_id: string | null;
  /** Hash of the base that tonight's candidate was trained from; asked only where there is no checkpoint. */
  readonly base_tree_sha256: string;
}

/**
 * The evaluations against this incumbent since it came to be what `stable` means: with it a new test begins, also after a
 * rollback, by which a person says that the evidence had been wrong. Compared in SQL, whose clock knows microseconds.
 */
function evaluationsAgainst(db: Kysely<Database>, { checkpoint_id, base_tree_sha256 }: Incumbent) {
  return db
    .selectFrom('evaluation as e')
    .innerJoin('checkpoint as c', 'c.checkpoint_id', 'e.checkpoint_id')
    .select(['e.evaluation_id', 'e.decision', 'c.status'])
    .where(sql<boolean>`e.incumbent_id is not distinct from ${checkpoint_id}`)
    .$if(checkpoint_id === null, (query) =>
      query.where(sql`c.manifest->'base'->>'tree_sha256'`, '=', base_tree_sha256),
    )
    .where(
      sql<boolean>`not exists (select from alias a where a.name = 'stable' and a.updated_at >= e.at
        and a.checkpoint_id is not distinct from ${checkpoint_id})`,
    )
    .orderBy('e.evaluation_id')
    .execute();
}

async function rowsOf(db: Kysely<Database>, evaluation_id: number): Promise<EvaluationRow[]> {
  const rows = await db
    .selectFrom('evaluation_result')
    .select(['row_id', 'model', 'sample', 'rewards', 'format_error', 'hack'])
    .where('evaluation_id', '=', evaluation_id)
    .orderBy('row_id')
    .orderBy('model')
    .orderBy('sample')
    .execute();
  return rows.map((row) => ({ ...row, task_id: taskOfRow(row.row_id) }));
}

/** The nights before, for `decideGate`. One that was refused or tainted stands there without rows. */
export async function gateHistory(db: Kysely<Database>, incumbent: Incumbent): Promise<EvaluationRow[][]> {
  const nights: EvaluationRow[][] = [];
  for (const { evaluation_id, decision, status } of await evaluationsAgainst(db, incumbent)) {
    const usable = decision !== 'refuse' && status !== 'tainted' && status !== 'purged';
    nights.push(usable ? await rowsOf(db, evaluation_id) : []);
  }
  return nights;
}
