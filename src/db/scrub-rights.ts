import { type Kysely, sql } from 'kysely';
import type { Database } from './tables.ts';

export interface ScrubRights {
  readonly superuser: boolean;
  /** Tables that this role owns: VACUUM only warns about others and skips them. */
  readonly tables: ReadonlySet<string>;
  /** Whether a checkpoint deletes old WAL: nothing recycles, keeps or archives it. */
  readonly walIsDeleted: boolean;
}

/** What the connection's role and server allow {@link scrubStorage} to do. A table that does not exist throws. */
export async function scrubRights(db: Kysely<Database>, tables: readonly string[]): Promise<ScrubRights> {
  const owned = await sql<{ name: string }>`
    select t.name from unnest(${tables}::text[]) as t (name)
    join pg_class c on c.oid = t.name::regclass
    where pg_has_role(c.relowner, 'usage')`.execute(db);
  const server = await sql<{ superuser: boolean; deleted: boolean }>`
    select current_setting('is_superuser') = 'on' as superuser,
      current_setting('wal_recycle') = 'off' and current_setting('wal_keep_size') = '0'
        and current_setting('archive_mode') = 'off'
        and not exists (select 1 from pg_replication_slots) as deleted`.execute(db);
  const { superuser = false, deleted = false } = server.rows[0] ?? {};
  return { superuser, tables: new Set(owned.rows.map(({ name }) => name)), walIsDeleted: deleted };
}
