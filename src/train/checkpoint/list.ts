import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { CheckpointStatus, GateDecision } from '../../domain/round.ts';

export interface ListedCheckpoint {
  readonly checkpoint_id: string;
  readonly status: CheckpointStatus;
  /** The aliases that point at it, sorted. */
  readonly aliases: readonly string[];
  readonly round_id: string;
  readonly kind: 'lora' | 'full';
  readonly parent_id: string | null;
  /** The gate's latest decision; null before it was evaluated. */
  readonly decision: GateDecision | null;
  readonly tree_sha256: string;
  readonly created_at: string;
}

/** Latest first. */
export async function listCheckpoints(db: Kysely<Database>): Promise<ListedCheckpoint[]> {
  const rows = await db
    .selectFrom('checkpoint as c')
    .select([
      'c.checkpoint_id',
      'c.status',
      'c.round_id',
      'c.kind',
      'c.parent_id',
      'c.tree_sha256',
      'c.created_at',
    ])
    .select(
      sql<string[]>`array(select a.name from alias a where a.checkpoint_id = c.checkpoint_id order by 1)`.as(
        'aliases',
      ),
    )
    .select((of) =>
      of
        .selectFrom('evaluation as e')
        .select('e.decision')
        .whereRef('e.checkpoint_id', '=', 'c.checkpoint_id')
        .orderBy('e.evaluation_id', 'desc')
        .limit(1)
        .as('decision'),
    )
    .orderBy('c.created_at', 'desc')
    .orderBy('c.checkpoint_id')
    .execute();
  return rows.map(({ created_at, ...row }) => ({ ...row, created_at: created_at.toISOString() }));
}
