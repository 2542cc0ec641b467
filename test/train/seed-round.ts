import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { RoundState } from '../../src/domain/round.ts';

export interface SeededRound {
  readonly round_id: string;
  readonly state: RoundState;
  readonly snapshot_id: string;
}

/** A manual round of the fake engine on the local cluster. */
export async function insertRound(db: Kysely<Database>, round: SeededRound): Promise<void> {
  const how = { cause: 'manual', cluster: 'local', engine: 'fake', formula: 'mendloop/1', seed: 1 } as const;
  await db
    .insertInto('round')
    .values({ ...round, ...how, request: '{}', metrics: '{}' })
    .execute();
}
