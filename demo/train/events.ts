import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';

/** What the driver told, as the product keeps it. */
export interface RoundEvent {
  readonly attempt: number;
  readonly seq: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Those after one, or all. */
export function eventsAfter(
  db: Kysely<Database>,
  round_id: string,
  last: Pick<RoundEvent, 'attempt' | 'seq'> | null,
): Promise<RoundEvent[]> {
  const { attempt, seq } = last ?? { attempt: 0, seq: 0 };
  return db
    .selectFrom('round_event')
    .select(['attempt', 'seq', 'type', 'body'])
    .where('round_id', '=', round_id)
    .where((is) =>
      is.or([is('attempt', '>', attempt), is.and([is('attempt', '=', attempt), is('seq', '>', seq)])]),
    )
    .orderBy('attempt')
    .orderBy('seq')
    .execute();
}
