import { type Kysely, sql, type Transaction } from 'kysely';
import { moveStatuses } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import type { RoundFiles } from '../../domain/round-files.ts';
import { endedStates } from '../../domain/round.ts';
import { removeEvaluations } from '../evaluation/evaluation-folder.ts';
import { removeRoundFolder } from '../round/files/round-folders.ts';
import { lockSnapshotFolder } from '../snapshot/lock.ts';
import { removeUnlistedSnapshots } from '../snapshot/store.ts';

export interface PurgeTrainingDeps {
  readonly db: Kysely<Database>;
  /** Holds one folder for each snapshot. */
  readonly snapshots: string;
  /** Every folder in which round directories may lie: clusters have their own. */
  readonly rounds: readonly RoundFiles[];
}

export interface PurgedTraining {
  readonly snapshots: readonly string[];
  readonly rounds: readonly string[];
  readonly checkpoints: readonly string[];
  /** Rounds under way with that data, or beside a tainted checkpoint: the caller has to cancel them. */
  readonly running: readonly string[];
}

/**
 * Removes what training holds of a repository: the files of every snapshot with one of its instances and of the rounds on them, their
 * samples and single results. Every checkpoint that saw the data, and each that descends from one, is tainted and no alias names it any
 * more. A repeated purge changes nothing and returns the same, so that an interrupted one can go on.
 */
export async function purgeTraining(deps: PurgeTrainingDeps, repository_id: number): Promise<PurgedTraining> {
  const purged = await deps.db.transaction().execute(async (trx) => {
    await lockSnapshotFolder(trx);
    const snapshots = await purgeSnapshots(trx, repository_id);
    const rounds = await roundsOf(trx, snapshots);
    const ids = rounds.map(({ round_id }) => round_id);
    await emptyRounds(trx, snapshots, ids);
    const checkpoints = await taint(trx, ids);
    await removeUnlistedSnapshots(trx, deps.snapshots);
    return { snapshots, rounds: ids, checkpoints, running: await runningOf(trx, ids, checkpoints) };
  });
  for (const files of deps.rounds) {
    for (const id of purged.rounds) await removeRoundFolder(files, id);
    await removeEvaluations(files);
  }
  return purged;
}

async function purgeSnapshots(trx: Transaction<Database>, repository_id: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('snapshot')
    .select(['snapshot_id', 'state'])
    .where('snapshot_id', 'in', (query) =>
      query.selectFrom('snapshot_instance').select('snapshot_id').where('repository_id', '=', repository_id),
    )
    .orderBy('snapshot_id')
    .forUpdate()
    .execute();
  const ready = rows.filter(({ state }) => state === 'ready');
  const move = { from: 'ready', to: 'purged', event: 'consent_revoked' } as const;
  await moveStatuses(
    trx,
    'snapshot',
    ready.map(({ snapshot_id: id }) => ({ id, ...move })),
  );
  return rows.map(({ snapshot_id }) => snapshot_id);
}

async function roundsOf(trx: Transaction<Database>, snapshots: readonly string[]) {
  if (snapshots.length === 0) return [];
  return trx
    .selectFrom('round')
    .select('round_id')
    .where('snapshot_id', 'in', snapshots)
    .orderBy('round_id')
    .execute();
}

/** Returns the rounds to cancel, with those that began from a tainted checkpoint or were to beat one: they could not be promoted. */
async function runningOf(
  trx: Transaction<Database>,
  rounds: readonly string[],
  checkpoints: readonly string[],
): Promise<string[]> {
  if (rounds.length === 0) return [];
  const found = await trx
    .selectFrom('round')
    .select('round_id')
    .where('state', 'not in', endedStates)
    .where((either) =>
      either.or([
        either('round_id', 'in', rounds),
        ...(['parent_id', 'incumbent_id'] as const).map(
          (name) => sql<boolean>`request -> 'lineage' ->> ${name} = any(${[...checkpoints]}::text[])`,
        ),
      ]),
    )
    .orderBy('round_id')
    .execute();
  return found.map(({ round_id }) => round_id);
}

/** Samples and texts go; figures, states and decisions hold no content and stay. */
async function emptyRounds(
  trx: Transaction<Database>,
  snapshots: readonly string[],
  rounds: readonly string[],
): Promise<void> {
  if (snapshots.length === 0) return;
  if (rounds.length > 0)
    await trx
      .deleteFrom('round_event')
      .where('round_id', 'in', rounds)
      .where('type', '=', 'sample')
      .execute();
  await trx
    .deleteFrom('evaluation_result')
    .where('evaluation_id', 'in', (query) =>
      query
        .selectFrom('evaluation as e')
        .innerJoin('checkpoint as c', 'c.checkpoint_id', 'e.checkpoint_id')
        .select('e.evaluation_id')
        .where((either) =>
          either.or([
            either('e.snapshot_id', 'in', snapshots),
            ...(rounds.length === 0 ? [] : [either('c.round_id', 'in', rounds)]),
          ]),
        ),
    )
    .execute();
}

async function taint(trx: Transaction<Database>, rounds: readonly string[]): Promise<string[]> {
  if (rounds.length === 0) return [];
  // As a promotion does it: first the aliases, then the checkpoints.
  await trx.selectFrom('alias').select('name').orderBy('name').forUpdate().execute();
  const seen = await trx
    .withRecursive('seen(checkpoint_id)', (query) =>
      query
        .selectFrom('checkpoint')
        .select('checkpoint_id')
        .where('round_id', 'in', rounds)
        .union(
          query
            .selectFrom('checkpoint as c')
            .innerJoin('seen as s', 's.checkpoint_id', 'c.parent_id')
            .select('c.checkpoint_id'),
        ),
    )
    .selectFrom('seen')
    .innerJoin('checkpoint as c', 'c.checkpoint_id', 'seen.checkpoint_id')
    .select(['c.checkpoint_id', 'c.status'])
    .orderBy('c.checkpoint_id')
    .forUpdate('c')
    .execute();
  const ids = seen.map(({ checkpoint_id }) => checkpoint_id);
  if (ids.length === 0) return [];
  const fresh = seen.filter(({ status }) => status !== 'tainted' && status !== 'purged');
  for (const column of ['checkpoint_id', 'previous_id'] as const) {
    await trx
      .updateTable('alias')
      .set({ [column]: null, updated_at: new Date() })
      .where(column, 'in', ids)
      .execute();
  }
  const tainted = { to: 'tainted', event: 'consent_revoked' } as const;
  await moveStatuses(
    trx,
    'checkpoint',
    fresh.map(({ checkpoint_id: id, status: from }) => ({ id, from, ...tainted })),
  );
  return ids;
}
