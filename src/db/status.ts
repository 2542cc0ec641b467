import { type InsertObject, type RawBuilder, sql, type Transaction, type UpdateObject } from 'kysely';
import { MendloopError } from '../domain/errors.ts';
import {
  consentMoves,
  deliveryMoves,
  installationMoves,
  pullMoves,
  repositoryMoves,
} from '../domain/github-status.ts';
import { instanceMoves } from '../domain/instance.ts';
import { checkpointMoves, roundMoves, snapshotMoves } from '../domain/round.ts';
import type { Database } from './tables.ts';

/*
 * The only writer of statuses and of their history. Each write changes a row where it still has the expected status and
 * appends its row to `transition`, in one statement.
 */

/** A status column with its state machine. */
interface StatusColumn {
  readonly table: keyof Database;
  readonly column: string;
  /** Columns of the primary key with their types; `transition.entity_id` joins their values by `/`. */
  readonly key: Readonly<Record<string, 'uuid' | 'int8' | 'int4' | 'text'>>;
  readonly moves: Readonly<Record<string, readonly string[]>>;
  /** Whether the row's `reason` column holds the reason of the last move. */
  readonly keepsReason?: true;
}

const statusColumns = {
  delivery: {
    table: 'delivery',
    column: 'state',
    key: { delivery_id: 'uuid' },
    moves: deliveryMoves,
    keepsReason: true,
  },
  installation: {
    table: 'installation',
    column: 'status',
    key: { installation_id: 'int8' },
    moves: installationMoves,
  },
  repository: {
    table: 'repository',
    column: 'status',
    key: { repository_id: 'int8' },
    moves: repositoryMoves,
  },
  /** Consent is a second status of a repository; its history stands with the repository's. */
  consent: {
    table: 'repository',
    column: 'consent',
    key: { repository_id: 'int8' },
    moves: consentMoves,
  },
  pull_request: {
    table: 'pull_request',
    column: 'status',
    key: { repository_id: 'int8', number: 'int4' },
    moves: pullMoves,
  },
  instance: { table: 'instance', column: 'status', key: { instance_id: 'text' }, moves: instanceMoves },
  snapshot: { table: 'snapshot', column: 'state', key: { snapshot_id: 'text' }, moves: snapshotMoves },
  round: {
    table: 'round',
    column: 'state',
    key: { round_id: 'text' },
    moves: roundMoves,
    keepsReason: true,
  },
  checkpoint: {
    table: 'checkpoint',
    column: 'status',
    key: { checkpoint_id: 'text' },
    moves: checkpointMoves,
  },
} as const satisfies Record<string, StatusColumn>;

type StatusColumns = typeof statusColumns;
export type StatusName = keyof StatusColumns;
/** What `transition.entity` may hold. */
export type Entity = StatusColumns[StatusName]['table'];
export type StatusOf<N extends StatusName> = keyof StatusColumns[N]['moves'] & string;

type Table<N extends StatusName> = StatusColumns[N]['table'];
/** Columns that the writer of statuses fills in by itself. */
type OwnColumn<N extends StatusName> =
  | StatusColumns[N]['column']
  | (StatusColumns[N] extends { keepsReason: true } ? 'reason' : never);
type Change<N extends StatusName> = Omit<UpdateObject<Database, Table<N>>, OwnColumn<N>>;
type NewRow<N extends StatusName> = Omit<InsertObject<Database, Table<N>>, OwnColumn<N>>;

interface Cause {
  /** What happened, in the past tense: `collected`, `gate_keep`. */
  readonly event: string;
  /** A code, no content of a repository. */
  readonly reason?: string | null;
  readonly job_id?: string | null;
}

export interface FirstStatus<N extends StatusName> extends Cause {
  readonly to: StatusOf<N>;
}

export interface StatusMove<N extends StatusName> extends FirstStatus<N> {
  /** As `transition.entity_id` has it: `1296269/42` for a pull request. */
  readonly id: string | number;
  readonly from: StatusOf<N>;
}

function statusColumn(name: StatusName): StatusColumn {
  return statusColumns[name];
}

function keyMatches({ key }: StatusColumn, id: RawBuilder<unknown>): RawBuilder<unknown> {
  const columns = Object.entries(key);
  const matches = columns.map(([column, type], at) => {
    const part = columns.length === 1 ? id : sql`split_part(${id}, '/', ${sql.lit(at + 1)})`;
    return sql`t.${sql.ref(column)} = (${part})::${sql.raw(type)}`;
  });
  return sql.join(matches, sql` and `);
}

function assertMove({ table, moves }: StatusColumn, from: string, to: string): void {
  if (moves[from]?.includes(to)) return;
  throw new MendloopError('move_invalid', `a ${table} does not move from ${from} to ${to}`);
}

/** The status of a row, locked until the transaction ends; null where there is no such row. */
export async function lockStatus<N extends StatusName>(
  trx: Transaction<Database>,
  name: N,
  id: string | number,
): Promise<StatusOf<N> | null> {
  const target = statusColumn(name);
  const { rows } = await sql<{ status: StatusOf<N> }>`
    select t.${sql.ref(target.column)} as status from ${sql.table(target.table)} as t
    where ${keyMatches(target, sql`${String(id)}::text`)} for update`.execute(trx);
  return rows[0]?.status ?? null;
}

/**
 * Moves one row, and changes further columns of it, where its status still is `from`. Returns false, and changes
 * nothing, where another transaction was first. Throws `move_invalid` for a move that the state machine lacks.
 */
export async function moveStatus<N extends StatusName>(
  trx: Transaction<Database>,
  name: N,
  move: StatusMove<N>,
  change?: Change<N>,
): Promise<boolean> {
  return (await moveStatuses(trx, name, [move], change)).length === 1;
}

/**
 * Moves many rows in one statement, as {@link moveStatus} moves one: each row at most once, the same change for all.
 * Returns the ids of those that moved, in the order of `moves`.
 */
export async function moveStatuses<N extends StatusName>(
  trx: Transaction<Database>,
  name: N,
  moves: readonly StatusMove<N>[],
  change?: Change<N>,
): Promise<string[]> {
  const target = statusColumn(name);
  for (const { from, to } of moves) assertMove(target, from, to);
  if (moves.length === 0) return [];
  const wanted = moves.map((move, position) => ({ ...move, id: String(move.id), position }));
  const assignments = [
    sql`${sql.ref(target.column)} = w."to"`,
    ...(target.keepsReason ? [sql`reason = w.reason`] : []),
    ...defined(change ?? {}).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
  ];
  const { rows } = await sql<{ entity_id: string }>`
    with wanted as (
      select * from json_to_recordset(${JSON.stringify(wanted)}::json)
        as w(position int4, id text, "from" text, "to" text, event text, reason text, job_id uuid)
    ), moved as (
      update ${sql.table(target.table)} as t set ${sql.join(assignments)}
      from wanted as w where ${keyMatches(target, sql`w.id`)} and t.${sql.ref(target.column)} = w."from"
      returning w.*
    )
    insert into transition (entity, entity_id, from_status, to_status, event, reason, job_id)
    select ${target.table}, id, "from", "to", event, reason, job_id from moved order by position
    returning entity_id`.execute(trx);
  return rows.map(({ entity_id }) => entity_id);
}

function defined(columns: object): [column: string, value: unknown][] {
  return Object.entries(columns).filter(([, value]) => value !== undefined);
}

/** Adds a row with its first status. Returns false, and changes nothing, where a row conflicts with it. */
export async function addWithStatus<N extends StatusName>(
  trx: Transaction<Database>,
  name: N,
  row: NewRow<N>,
  { to, event, reason = null, job_id = null }: FirstStatus<N>,
): Promise<boolean> {
  const target = statusColumn(name);
  const entries = [...defined(row), [target.column, to] as const];
  const columns = entries.map(([column]) => sql.ref(column));
  const values = entries.map(([, value]) => sql`${value}`);
  const { rows } = await sql`
    with added as (
      insert into ${sql.table(target.table)} (${sql.join(columns)}) values (${sql.join(values)})
      on conflict do nothing returning 1
    )
    insert into transition (entity, entity_id, to_status, event, reason, job_id)
    select ${target.table}, ${entityId(target, row)}, ${to}, ${event}, ${reason}, ${job_id}::uuid from added
    returning entity_id`.execute(trx);
  return rows.length === 1;
}

function entityId({ key }: StatusColumn, row: object): string {
  const values = row as Readonly<Record<string, unknown>>;
  return Object.keys(key)
    .map((column) => String(values[column]))
    .join('/');
}

/**
 * Adds a row, or changes the one that is there to the same values and moves it; no history where the status stays.
 * Returns the status before, null for a new row.
 */
export async function putWithStatus<N extends StatusName>(
  trx: Transaction<Database>,
  name: N,
  row: NewRow<N>,
  first: FirstStatus<N>,
): Promise<StatusOf<N> | null> {
  if (await addWithStatus(trx, name, row, first)) return null;
  const target = statusColumn(name);
  const id = entityId(target, row);
  const from = await lockStatus(trx, name, id);
  if (from === null)
    throw new MendloopError('move_invalid', `the ${target.table} conflicts with another one`);
  if (from !== first.to) await moveStatus(trx, name, { ...first, id, from }, row as Change<N>);
  else await changeRow(trx, target, id, row);
  return from;
}

async function changeRow(
  trx: Transaction<Database>,
  target: StatusColumn,
  id: string,
  row: object,
): Promise<void> {
  const assignments = defined(row).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  await sql`
    update ${sql.table(target.table)} as t set ${sql.join(assignments)}
    where ${keyMatches(target, sql`${id}::text`)}`.execute(trx);
}
