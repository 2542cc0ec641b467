import type { Kysely } from 'kysely';
import type { OpenQueue } from '../../cli/frame/services.ts';
import { migrate } from '../../db/migrate.ts';
import type { Database } from '../../db/tables.ts';
import { createJobAdmin } from '../../jobs/admin.ts';
import { assertQueueSchema, startBoss } from '../../jobs/boss.ts';
import { createJobQueue } from '../../jobs/queue.ts';
import { createQueues } from '../../jobs/queues.ts';
import type { Log } from '../../telemetry/log.ts';
import { jobKinds } from '../stages.ts';

/** Runs our migrations, then pg-boss's own, then creates the queues. Returns the names of the migrations that ran. */
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

/** The queue for a command: it enqueues and reads, and works on nothing. */
export async function openQueue(db: Kysely<Database>, databaseUrl: string, log: Log): Promise<OpenQueue> {
  await assertQueueSchema(db);
  const boss = await startBoss({ databaseUrl, log, role: 'server' });
  return {
    queue: createJobQueue(boss, jobKinds),
    admin: createJobAdmin(boss, db),
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false, close: true }),
  };
}
