import { type Kysely, type Transaction, sql } from 'kysely';
import { MendloopError, isMendloopError } from '../domain/errors.ts';
import { migrationsFolder } from '../package-root.ts';
import { type MigrationFile, readMigrations } from './migration-files.ts';
import { type AppliedMigration, planMigrations } from './migration-plan.ts';
import type { Database } from './tables.ts';

/** Any constant that no other program uses for its advisory locks. */
const lockKey = 7_363_541_902;

/** Names of the migrations that have not run. Throws as {@link planMigrations} does. */
export async function pendingMigrations(
  db: Kysely<Database>,
  folder: string = migrationsFolder(),
): Promise<readonly string[]> {
  const pending = planMigrations(await readMigrations(folder), await appliedMigrations(db));
  return pending.map(({ name }) => name);
}

/**
 * Runs what is pending and returns the names that this call ran. Each file is one transaction, under a lock of that
 * transaction: any number of migrators may run at once, and one that is killed leaves the files before it applied.
 */
export async function migrate(
  db: Kysely<Database>,
  folder: string = migrationsFolder(),
): Promise<readonly string[]> {
  const files = await readMigrations(folder);
  const ran: string[] = [];
  for (;;) {
    const name = await db.transaction().execute((trx) => runNext(trx, files));
    if (name === null) return ran;
    ran.push(name);
  }
}

/** Throws `migration_pending`, `migration_unknown` or `migration_changed` unless the database fits this version. */
export async function assertMigrated(
  db: Kysely<Database>,
  folder: string = migrationsFolder(),
): Promise<void> {
  const pending = await pendingMigrations(db, folder);
  if (pending.length === 0) return;
  throw new MendloopError('migration_pending', `The database lacks ${pending.join(', ')}.`);
}

async function appliedMigrations(db: Kysely<Database>): Promise<readonly AppliedMigration[]> {
  const table = await sql<{ found: boolean }>`
    select to_regclass('public.mendloop_migration') is not null as found`.execute(db);
  if (table.rows[0]?.found !== true) return [];
  const applied = await sql<AppliedMigration>`
    select name, checksum from public.mendloop_migration order by name`.execute(db);
  return applied.rows;
}

async function runNext(trx: Transaction<Database>, files: readonly MigrationFile[]): Promise<string | null> {
  await sql`set local statement_timeout = 0`.execute(trx);
  await sql`select pg_advisory_xact_lock(${lockKey})`.execute(trx);
  const next = planMigrations(files, await appliedMigrations(trx))[0];
  if (next === undefined) return null;
  await record(trx, next);
  const before = await transactionId(trx);
  await runFile(trx, next);
  if ((await transactionId(trx)) === before) return next.name;
  throw new MendloopError('migration_failed', `Migration ${next.name} ends its transaction itself.`);
}

async function record(trx: Transaction<Database>, file: MigrationFile): Promise<void> {
  await sql`
    create table if not exists public.mendloop_migration (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`.execute(trx);
  await sql`insert into public.mendloop_migration (name, checksum) values (${file.name}, ${file.checksum})`.execute(
    trx,
  );
}

async function transactionId(trx: Transaction<Database>): Promise<string | undefined> {
  const answer = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(trx);
  return answer.rows[0]?.id;
}

async function runFile(trx: Transaction<Database>, file: MigrationFile): Promise<void> {
  try {
    await sql.raw(file.sql).execute(trx);
  } catch (cause) {
    if (isMendloopError(cause)) throw cause;
    const message = `Migration ${file.name} failed; nothing of it was applied.`;
    throw new MendloopError('migration_failed', message, { cause });
  }
}
