import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { Victim } from './plan.ts';

/** Connections of each process; the database's death ends those of both. */
const connections: Readonly<Record<Victim, RegExp>> = {
  server: /^mendloop-(jobs-)?server$/,
  worker: /^mendloop-(jobs-)?worker$/,
  database: /^mendloop-(jobs-)?(server|worker)$/,
};

interface Backends {
  /** At work on a statement. */
  readonly busy: number;
  /** Between two statements of a transaction, waiting for its client. */
  readonly open: number;
  /** Of those, the ones that have written something that is not committed. */
  readonly written: number;
}

/** A statement that began after its transaction did is not its first: the transaction is an explicit one. */
export async function backendsOf(db: Kysely<Database>, victim: Victim): Promise<Backends> {
  const { rows } = await sql<Backends>`
    select
      (count(*) filter (where state = 'active'))::int as busy,
      (count(*) filter (where state = 'idle in transaction'))::int as open,
      (count(*) filter (where state = 'idle in transaction' and backend_xid is not null))::int as written
    from pg_stat_activity
    where application_name ~ ${connections[victim].source}`.execute(db);
  return rows[0] ?? { busy: 0, open: 0, written: 0 };
}
