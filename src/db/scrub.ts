import { type Kysely, sql } from 'kysely';
import { isMendloopError } from '../domain/errors.ts';
import { pollUntil } from '../time/poll-until.ts';
import { type ScrubRights, scrubRights } from './scrub-rights.ts';
import type { Database } from './tables.ts';

/** Why something could still hold deleted content. */
export type ScrubObstacle =
  /** The role may not do it on this server. */
  | 'not_permitted'
  /** Somebody held the table for longer than the lock timeout. */
  | 'locked'
  /** A transaction that began before the deletion is still open and can still see the rows. */
  | 'old_transaction'
  /** The server keeps WAL for other uses: recycling, archives, replicas. */
  | 'retained';

export interface ScrubReport {
  /** Tables that were rewritten without their dead rows. */
  readonly rewritten: readonly string[];
  /** What may still hold deleted content: a table's name, `statistics` or `wal`. Empty: nothing does. */
  readonly left: readonly { readonly what: string; readonly why: ScrubObstacle }[];
}

export interface ScrubOptions {
  /** How long to wait for transactions that began before the call. Default 30 s. */
  readonly patienceMs?: number;
  /** How long one table may be waited for; everybody else waits behind us. Default 5 s. */
  readonly lockTimeoutMs?: number;
}

type Left = ScrubReport['left'][number];

/**
 * Makes deleted rows of these tables disappear from the data folder and not only from queries: rewrites the tables,
 * drops the planner's samples of their columns, and lets the server delete the WAL that described them. Each table is
 * locked while it is rewritten (about 1 s for 100 MB). Call it after the deletion has committed, outside a transaction.
 * The embedded server allows all of it; elsewhere the report says what is left.
 */
export async function scrubStorage(
  db: Kysely<Database>,
  tables: readonly string[],
  options: ScrubOptions = {},
): Promise<ScrubReport> {
  const { patienceMs = 30_000, lockTimeoutMs = 5_000 } = options;
  return db.connection().execute(async (connection) => {
    const rights = await scrubRights(connection, tables);
    const waited = await waitForOldTransactions(connection, patienceMs);
    await sql`select set_config('statement_timeout', '0', false)`.execute(connection);
    await sql`select set_config('lock_timeout', ${`${lockTimeoutMs}ms`}, false)`.execute(connection);
    try {
      const left: Left[] = waited ? [] : [{ what: 'rows', why: 'old_transaction' }];
      const rewritten = await rewriteTables(connection, tables, rights, left);
      left.push(
        ...(await dropStatistics(connection, tables, rights, patienceMs)),
        ...(await dropWal(connection, rights)),
      );
      return { rewritten, left };
    } finally {
      await sql`reset statement_timeout`.execute(connection);
      await sql`reset lock_timeout`.execute(connection);
    }
  });
}

/**
 * A rewrite keeps dead rows that an older snapshot of this database may still see. Transactions that begin after a
 * deletion was committed are newer than it; so each deletion is waited for once, by itself.
 */
async function waitForOldTransactions(db: Kysely<Database>, patienceMs: number): Promise<boolean> {
  const horizon = await sql<{
    xid: string;
  }>`select pg_snapshot_xmax(pg_current_snapshot())::text as xid`.execute(db);
  const xid = horizon.rows[0]?.xid ?? '0';
  const hasPassed = async (): Promise<boolean> => !(await isSeenByOlder(db, xid));
  return (await pollUntil(hasPassed, { intervalMs: 50, timeoutMs: patienceMs })) !== null;
}

/** `age` counts back from now, so a larger age is an older transaction, also across the wrap of 32 bits. */
async function isSeenByOlder(db: Kysely<Database>, horizon: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and greatest(age(backend_xmin), age(backend_xid)) > age(${horizon}::xid8::xid)
    limit 1`.execute(db);
  return rows.length > 0;
}

async function rewriteTables(
  db: Kysely<Database>,
  tables: readonly string[],
  rights: ScrubRights,
  left: Left[],
): Promise<readonly string[]> {
  const rewritten: string[] = [];
  for (const table of tables) {
    const why = rights.tables.has(table) ? await rewrite(db, table) : 'not_permitted';
    if (why === null) rewritten.push(table);
    else left.push({ what: table, why });
  }
  return rewritten;
}

async function rewrite(db: Kysely<Database>, table: string): Promise<ScrubObstacle | null> {
  try {
    await sql`vacuum (full, analyze) ${sql.table(table)}`.execute(db);
    return null;
  } catch (error) {
    return obstacle(error);
  }
}

function obstacle(error: unknown): ScrubObstacle {
  const code = isMendloopError(error) ? undefined : (error as { code?: unknown }).code;
  if (code === '55P03') return 'locked';
  if (code === '42501') return 'not_permitted';
  throw error;
}

/**
 * The planner keeps frequent values of each column; a table that became empty keeps its old ones. They are deleted,
 * and the next analyze, ours or the server's, takes new ones from the rows that remain.
 */
async function dropStatistics(
  db: Kysely<Database>,
  tables: readonly string[],
  rights: ScrubRights,
  patienceMs: number,
): Promise<readonly Left[]> {
  if (!rights.superuser) return [{ what: 'statistics', why: 'not_permitted' }];
  await sql`
    delete from pg_statistic
    where starelid in (select unnest(${tables}::regclass[]))
      or starelid in (select indexrelid from pg_index where indrelid = any(${tables}::regclass[]))`.execute(
    db,
  );
  if (!(await waitForOldTransactions(db, patienceMs)))
    return [{ what: 'statistics', why: 'old_transaction' }];
  const why = await rewrite(db, 'pg_catalog.pg_statistic');
  return why === null ? [] : [{ what: 'statistics', why }];
}

/** The first checkpoint makes the rewrite durable, and deletes the segments before the new one when none is recycled. */
async function dropWal(db: Kysely<Database>, rights: ScrubRights): Promise<readonly Left[]> {
  if (!rights.superuser) return [{ what: 'wal', why: 'not_permitted' }];
  await sql`select pg_switch_wal()`.execute(db);
  await sql`checkpoint`.execute(db);
  return rights.walIsDeleted ? [] : [{ what: 'wal', why: 'retained' }];
}
