import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/db/connect.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import type { JobContext } from '../../src/jobs/job.ts';
import { createJobQueue } from '../../src/jobs/queue.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { jobKinds } from '../../src/main/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { everyKind } from '../support/every-kind.ts';

/**
 * Run as a process of its own: a real worker whose jobs only note when they ran, in the table `job_run`, and take
 * `workMs`. Says `ready` once it works, and stops in order at SIGTERM.
 */
const [databaseUrl = '', workMs = '0'] = process.argv.slice(2);
const { db, pool, ...connection } = connect({ url: databaseUrl, max: 10, applicationName: 'test worker' });
const log = createLog('silent');

async function work(payload: object, { jobId }: JobContext): Promise<{ outcome: string }> {
  const key = JSON.stringify(payload);
  const inserted = await pool.query<{ run: number }>(
    'insert into job_run (job_id, key, pid, started_at) values ($1, $2, $3, clock_timestamp()) returning run',
    [jobId, key, process.pid],
  );
  await sleep(Number(workMs));
  await pool.query('update job_run set ended_at = clock_timestamp() where run = $1', [inserted.rows[0]?.run]);
  return { outcome: 'worked' };
}

const boss = await startBoss({ databaseUrl, log, role: 'worker' });
const worker = await startWorker({
  boss,
  db,
  queue: createJobQueue(boss, jobKinds),
  kinds: jobKinds,
  handlers: everyKind(work),
  log,
  concurrency: 4,
  has: async () => false,
});
process.once('SIGTERM', () => {
  void worker.stop().then(async () => {
    await connection[Symbol.asyncDispose]();
    process.exit(0);
  });
});
process.stdout.write('ready\n');
