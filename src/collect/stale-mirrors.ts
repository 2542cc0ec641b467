import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';

/**
 * Removes the mirrors on this host whose repositories no longer consent: a purge runs on one worker, and each worker
 * may have a folder of its own. Returns the ids of those repositories.
 */
export async function removeStaleMirrors(db: Kysely<Database>, folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  const ids = names.flatMap((name) => {
    const id = /^(\d+)\.git$/.exec(name)?.[1];
    return id === undefined ? [] : [Number(id)];
  });
  if (ids.length === 0) return [];
  const wanted = await db
    .selectFrom('repository')
    .select('repository_id')
    .where('repository_id', 'in', ids)
    .where('status', '=', 'active')
    .where('consent', '<>', 'none')
    .execute();
  const kept = new Set(wanted.map((row) => row.repository_id));
  const stale = ids.filter((id) => !kept.has(id));
  for (const id of stale) await rm(path.join(folder, `${id}.git`), { recursive: true, force: true });
  return stale;
}
