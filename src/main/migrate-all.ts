import type { Kysely } from 'kysely';
import { migrate } from '../db/migrate.ts';
import type { Database } from '../db/tables.ts';
import { startBoss } from '../jobs/boss.ts';
import { createQueues } from '../jobs/queues.ts';
import type { Log } from '../telemetry/log.ts';

/** Runs our migrations, then pg-boss's own, then creates the queues. */
export async function migrateAll(
  db: Kysely<Database>,
  databaseUrl: string,
  log: Log,
): Promise<readonly string[]> {
  const applied = await migrate(db);
  const boss = await startBoss({ databaseUrl, log, role: 'migrator' });
  try {
    await createQueues(boss);
  } finally {
    await boss.stop({ graceful: false, close: true });
  }
  return applied;
}
