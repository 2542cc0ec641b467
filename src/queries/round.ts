import type { Kysely } from 'kysely';
import type { Database, RoundTable } from '../db/tables.ts';
import type { EngineName, RoundCause, RoundState } from '../domain/round.ts';

export interface RoundDetail {
  readonly round_id: string;
  readonly cause: RoundCause;
  readonly night: string | null;
  readonly state: RoundState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly snapshot_id: string | null;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  readonly seed: number;
  readonly spec_sha256: string | null;
  readonly step: number | null;
  readonly total_steps: number | null;
  readonly phase: string | null;
  readonly gate: Record<string, unknown> | null;
  readonly deadline: Date | null;
  readonly cancel_asked_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = [
  'round_id',
  'cause',
  'state',
  'reason',
  'message',
  'snapshot_id',
  'cluster',
  'engine',
  'formula',
  'seed',
  'spec_sha256',
  'step',
  'total_steps',
  'phase',
  'gate',
  'deadline',
  'cancel_asked_at',
  'created_at',
  'updated_at',
] as const satisfies (keyof RoundTable)[];

export async function findRound(db: Kysely<Database>, id: string): Promise<RoundDetail | undefined> {
  return db
    .selectFrom('round')
    .select([...columns, 'night'])
    .where('round_id', '=', id)
    .executeTakeFirst();
}

/** Of everything that the round's snapshot holds; empty before it has one. */
export async function repositoriesOf(db: Kysely<Database>, snapshot_id: string | null): Promise<number[]> {
  if (snapshot_id === null) return [];
  const rows = await db
    .selectFrom('snapshot_instance')
    .select('repository_id')
    .distinct()
    .where('snapshot_id', '=', snapshot_id)
    .execute();
  return rows.map(({ repository_id }) => repository_id);
}
