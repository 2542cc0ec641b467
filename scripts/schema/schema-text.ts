import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import { type Catalog, readCatalog } from './catalog.ts';

const heading = '-- Written by scripts/dump-schema.ts from the migrations. Do not edit.';

/**
 * Schema `public` as SQL text: the same for the same schema on PostgreSQL 15 to 18, in whatever order it was made.
 * Tables that are not partitioned, enums, functions, triggers and views; not pg-boss's schema.
 */
export async function dumpSchema(db: Kysely<Database>): Promise<string> {
  const catalog = await readCatalog(db);
  const statements = [
    ...catalog.enums.map(({ name, labels }) => `create type ${name} as enum (${labels.join(', ')})`),
    ...catalog.tables.map(({ oid, name }) => table(catalog, oid, name)),
    ...foreignKeys(catalog),
    ...catalog.indexes.map(({ definition }) => definition),
    ...catalog.functions.map(({ definition }) => definition),
    ...catalog.views.map(({ name, definition }) => `create view ${name} as\n${definition}`),
    ...catalog.triggers.map(({ definition }) => definition),
  ];
  return [heading, ...statements.map((statement) => `${statement};`)].join('\n\n') + '\n';
}

function table(catalog: Catalog, oid: number, name: string): string {
  const columns = catalog.columns.filter((column) => column.oid === oid).map(({ line }) => line);
  const constraints = catalog.constraints
    .filter((constraint) => constraint.oid === oid && constraint.kind !== 'f')
    .map((constraint) => `constraint ${constraint.name} ${constraint.definition}`);
  return `create table ${name} (\n${[...columns, ...constraints].map((line) => `  ${line}`).join(',\n')}\n)`;
}

/** After all tables, since they may refer to each other. */
function foreignKeys({ tables, constraints }: Catalog): string[] {
  return tables.flatMap(({ oid, name }) =>
    constraints
      .filter((constraint) => constraint.oid === oid && constraint.kind === 'f')
      .map((constraint) => `alter table ${name} add constraint ${constraint.name} ${constraint.definition}`),
  );
}
