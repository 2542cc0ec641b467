import type { Kysely } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import type { RoundFiles } from '../../../domain/ports/round-files.ts';
import { endedStates } from '../../../domain/round.ts';

/** Where a round directory is written before it gets its name, see `writeDirectory`. */
export function unfinishedFolder(round_id: string): string {
  return `.${round_id}`;
}

/** The file by which an attempt finds out whether it may go on from the checkpoints of earlier attempts. */
export function resumeKeyFile(round_id: string): string {
  return [round_id, 'work', 'RESUME_KEY'].join('/');
}

/** Removes the directory of a round that will not be trained with what lies there, finished or not. */
export async function removeRoundFolder(files: RoundFiles, round_id: string): Promise<void> {
  await files.remove(round_id);
  await files.remove(unfinishedFolder(round_id));
}

/** A round directory, or one that was being written. */
const roundName = /^\.?(r-[a-z0-9-]+)$/;

/** Ended rounds of these whose data is gone: nothing of their directories may stay. */
async function forgotten(db: Kysely<Database>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('round as r')
    .leftJoin('snapshot as s', 's.snapshot_id', 'r.snapshot_id')
    .select('r.round_id')
    .where('r.round_id', 'in', ids)
    .where('r.state', 'in', endedStates)
    .where((either) => either.or([either('r.snapshot_id', 'is', null), either('s.state', '=', 'purged')]))
    .execute();
  return new Set(rows.map(({ round_id }) => round_id));
}

/** Whether the round has ended and its data is gone. */
export async function isForgotten(db: Kysely<Database>, round_id: string): Promise<boolean> {
  return (await forgotten(db, [round_id])).has(round_id);
}

/**
 * Removes what ended rounds left behind after the purge of their data: a driver that was still at work then may have written
 * since. Returns their ids. A folder that is not there holds nothing.
 */
export async function removePurgedFolders(
  db: Kysely<Database>,
  folders: readonly RoundFiles[],
): Promise<string[]> {
  const removed = new Set<string>();
  for (const files of folders) {
    const names = await files.list('');
    const directories = names.flatMap((name) => {
      const round_id = roundName.exec(name)?.[1];
      return round_id === undefined ? [] : [{ name, round_id }];
    });
    const gone = await forgotten(
      db,
      directories.map(({ round_id }) => round_id),
    );
    for (const { name, round_id } of directories) {
      if (!gone.has(round_id)) continue;
      await files.remove(name);
      removed.add(round_id);
    }
  }
  return [...removed];
}
