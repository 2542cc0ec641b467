import type { CheckpointDeps } from './deps.ts';

/**
 * Unloads every tainted checkpoint from the model server, after the last request that names it; those that were never
 * loaded, or are not any more, cost one look. Throws as the model server's adapter does, after it has tried all of them.
 */
export async function retireTainted({ db, retire }: Pick<CheckpointDeps, 'db' | 'retire'>): Promise<void> {
  if (retire === null) return;
  const tainted = await db
    .selectFrom('checkpoint')
    .select('checkpoint_id')
    .where('status', 'in', ['tainted', 'purged'])
    .orderBy('checkpoint_id')
    .execute();
  const failures: unknown[] = [];
  for (const { checkpoint_id } of tainted) {
    await retire(checkpoint_id).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
