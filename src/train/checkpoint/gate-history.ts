import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { type EvaluationRow, taskOfRow } from '../../evaluate/evaluation-row.ts';

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
