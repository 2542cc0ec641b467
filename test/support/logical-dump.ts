import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type Kysely, type Transaction, sql } from 'kysely';
import type { Database } from '../../src/db/tables.ts';

const schemas = ['public', 'pgboss'];
const rowsPerFetch = 200;

interface TableName {
  /** Quoted, with its schema. */
  readonly name: string;
  /** Quoted columns of the primary key; empty without one. */
  readonly key: string[];
}

/**
 * Writes every row of our tables and pg-boss's as JSON lines `{"table":"public.issue","row":{…}}`, tables by name,
 * rows by primary key, all from one moment. Streams: memory holds 200 rows. bytea is written in PostgreSQL's escape
 * form, so that text in it can be found. Does not end `output`. Returns the number of rows.
 */
export async function dumpRows(db: Kysely<Database>, output: Writable): Promise<number> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      await sql`set local statement_timeout = 0`.execute(trx);
      await sql`set local bytea_output = 'escape'`.execute(trx);
      await sql`set local timezone = 'UTC'`.execute(trx);
      let rows = 0;
      for (const table of await dumpedTables(trx)) rows += await dumpTable(trx, table, output);
      return rows;
    });
}

/** A partitioned table stands for its partitions. */
async function dumpedTables(trx: Transaction<Database>): Promise<readonly TableName[]> {
  const { rows } = await sql<TableName>`
    select format('%I.%I', n.nspname, c.relname) as name,
      array(
        select quote_ident(a.attname) from pg_index i
        cross join unnest(i.indkey) with ordinality as k (attnum, position)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary order by k.position
      ) as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(${schemas}) and c.relkind in ('r', 'p') and not c.relispartition
    order by n.nspname collate "C", c.relname collate "C"`.execute(trx);
  return rows;
}

async function dumpTable(trx: Transaction<Database>, table: TableName, output: Writable): Promise<number> {
  const order = table.key.length === 0 ? '' : `order by ${table.key.join(', ')}`;
  await sql
    .raw(`declare dumped no scroll cursor for select to_jsonb(t)::text as row from ${table.name} t ${order}`)
    .execute(trx);
  let count = 0;
  for (;;) {
    const { rows } = await sql<{ row: string }>`fetch ${sql.lit(rowsPerFetch)} from dumped`.execute(trx);
    for (const { row } of rows) await write(output, `{"table":${JSON.stringify(table.name)},"row":${row}}\n`);
    count += rows.length;
    if (rows.length < rowsPerFetch) break;
  }
  await sql`close dumped`.execute(trx);
  return count;
}

/** Rejects with the stream's error when it cannot take more. */
async function write(output: Writable, text: string): Promise<void> {
  if (output.errored !== null) throw output.errored;
  if (output.destroyed) throw new Error('the output was closed');
  if (!output.write(text)) await once(output, 'drain');
}
