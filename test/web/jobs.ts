import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { PgBoss } from 'pg-boss';
import type { Database } from '../../src/db/tables.ts';
import { MendloopError } from '../../src/domain/errors.ts';
import { createJobAdmin, type JobAdmin } from '../../src/jobs/admin.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import type { NewJob } from '../../src/jobs/job.ts';
import { createJobQueue } from '../../src/jobs/queue.ts';
import { createQueues } from '../../src/jobs/queues.ts';
import { type Handlers, startWorker } from '../../src/jobs/worker.ts';
import { jobKinds } from '../../src/main/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { everyKind } from '../support/every-kind.ts';

const log = createLog('silent');

export interface JobWorld extends AsyncDisposable {
  readonly boss: PgBoss;
  readonly admin: JobAdmin;
  enqueue(...jobs: NewJob[]): Promise<void>;
  /** Runs a real worker until every job that may start is settled; `collect.pull` is refused by GitHub. */
  work(): Promise<void>;
}

async function refused(): Promise<never> {
  throw new MendloopError('github_forbidden', 'reading the pull request: status 403');
}

const handlers: Handlers = { ...everyKind(async () => ({ outcome: 'done' })), 'collect.pull': refused };

async function settled(admin: JobAdmin): Promise<void> {
  for (;;) {
    const queues = await admin.queues(null);
    if (queues.every(({ waiting, running }) => waiting + running === 0)) return;
    await sleep(50);
  }
}

/** The real queue, in a test's database. */
export async function jobWorld(db: Kysely<Database>, databaseUrl: string): Promise<JobWorld> {
  const boss = await startBoss({ databaseUrl, log, role: 'migrator' });
  await createQueues(boss);
  const admin = createJobAdmin(boss, db);
  const queue = createJobQueue(boss, jobKinds);
  return {
    boss,
    admin,
    async enqueue(...jobs) {
      await db.transaction().execute((trx) => queue.enqueue(trx, jobs));
    },
    async work() {
      const working = await startBoss({ databaseUrl, log, role: 'worker' });
      const worker = await startWorker({
        boss: working,
        db,
        queue,
        kinds: jobKinds,
        handlers,
        log,
        concurrency: 2,
        has: async () => false,
      });
      await settled(admin);
      await worker.stop();
    },
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  };
}
