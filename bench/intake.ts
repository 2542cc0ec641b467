import { type ChildProcess, fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Kysely, sql } from 'kysely';
import { connect } from '../src/db/connect.ts';
import type { Database } from '../src/db/tables.ts';
import { migrateAll } from '../src/main/wiring/queue.ts';
import { startEmbedded } from '../src/postgres/embedded.ts';
import { createLog } from '../src/telemetry/log.ts';
import { closedLoop, openLoop, percentile } from './intake/load.ts';
import {
  benchInstallationId,
  benchPayloads,
  benchRepositoryId,
  benchSecret,
  type SignedPayload,
} from './intake/payloads.ts';
import { printResult } from './machine.ts';

// Deliveries per second, ours against plain Probot with one insert, interleaved in one run on one database server.
const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = options.quick ? 3 : 5;
const deliveries = options.quick ? 600 : 2000;
const openLoopSeconds = options.quick ? 10 : 60;
const openLoopRate = 300;
const connectionCounts = [10, 50] as const;

interface Contender {
  readonly port: number;
  readonly process: ChildProcess;
}

function start(file: string, env: NodeJS.ProcessEnv): Promise<Contender> {
  const child = fork(path.join(import.meta.dirname, 'intake', file), [], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ port: (message as { port: number }).port, process: child }));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

async function seed(db: Kysely<Database>): Promise<void> {
  await db
    .insertInto('installation')
    .values({
      installation_id: benchInstallationId,
      account_login: 'octo-org',
      account_type: 'Organization',
      status: 'active',
      permissions: '{}',
      events: '[]',
    })
    .execute();
  await db
    .insertInto('repository')
    .values({
      repository_id: benchRepositoryId,
      installation_id: benchInstallationId,
      full_name: 'octo-org/bench',
      private: false,
      default_branch: 'main',
      status: 'active',
      consent: 'collect',
    })
    .execute();
}

/** Deliveries that are routed and have their job. */
async function routedWithJob(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from delivery d
    join pgboss.job j on j.data->>'cause' = d.delivery_id::text
    where d.state = 'routed'`.execute(db);
  return rows[0]?.n ?? 0;
}

async function untilRouted(db: Kysely<Database>): Promise<void> {
  while ((await countWaiting(db)) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function countWaiting(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from delivery where state = 'received'`.execute(db);
  return rows[0]?.n ?? 0;
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

interface Setting {
  readonly db: Kysely<Database>;
  readonly baseline: Contender;
  readonly ours: Contender;
}

/** One pair of runs; ours ends when the last delivery is routed and its job is enqueued. Deliveries per second each. */
async function pair(
  setting: Setting,
  payload: SignedPayload,
  connections: number,
): Promise<[number, number]> {
  const baselineStart = performance.now();
  await closedLoop(setting.baseline.port, payload, connections, deliveries);
  const baseline = deliveries / ((performance.now() - baselineStart) / 1000);
  const before = await routedWithJob(setting.db);
  const oursStart = performance.now();
  await closedLoop(setting.ours.port, payload, connections, deliveries);
  await untilRouted(setting.db);
  const ours = deliveries / ((performance.now() - oursStart) / 1000);
  const routed = (await routedWithJob(setting.db)) - before;
  if (routed !== deliveries) throw new Error(`${routed} jobs for ${deliveries} deliveries`);
  return [baseline, ours];
}

async function throughput(setting: Setting, figures: Record<string, number>): Promise<void> {
  for (const payload of benchPayloads()) {
    for (const connections of connectionCounts) {
      await pair(setting, payload, connections);
      const pairs: [number, number][] = [];
      for (let round = 0; round < rounds; round += 1) pairs.push(await pair(setting, payload, connections));
      const baseline = median(pairs.map(([rate]) => rate));
      const ours = median(pairs.map(([, rate]) => rate));
      const key = `${payload.event}_${Math.round(payload.body.length / 1024)}KiB_c${connections}`;
      figures[`${key}_baseline_per_s`] = Math.round(baseline);
      figures[`${key}_ours_per_s`] = Math.round(ours);
      figures[`${key}_ratio`] = Math.round(median(pairs.map(([b, o]) => o / b)) * 100) / 100;
      console.log(
        `${key}: baseline ${Math.round(baseline)}/s, ours ${Math.round(ours)}/s, ratio ${figures[`${key}_ratio`]}`,
      );
    }
  }
}

/** When each delivery's job was first seen by another connection, polled every 10 ms: an upper bound. */
async function watchJobs(db: Kysely<Database>, signal: AbortSignal): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  let since = new Date(Date.now() - 1000);
  while (!signal.aborted) {
    const { rows } = await sql<{ cause: string; created: Date }>`
      select data->>'cause' as cause, created_on as created from pgboss.job
      where created_on > ${since} order by created_on`.execute(db);
    const now = Date.now();
    for (const { cause } of rows) if (!seen.has(cause)) seen.set(cause, now);
    // A transaction that began earlier may commit later: look back one second.
    since = new Date(Date.now() - 1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return seen;
}

async function latency({ db, ours }: Setting, figures: Record<string, number>): Promise<void> {
  const stop = new AbortController();
  const watching = watchJobs(db, stop.signal);
  const sent = await openLoop(ours.port, benchPayloads(), openLoopRate, openLoopSeconds);
  await untilRouted(db);
  await new Promise((resolve) => setTimeout(resolve, 300));
  stop.abort();
  const seen = await watching;
  const toJob = sent.map(({ id, dueAt }) => (seen.get(id) ?? Number.POSITIVE_INFINITY) - dueAt);
  figures['open_loop_per_s'] = openLoopRate;
  figures['ack_p50_ms'] = percentile(
    sent.map((one) => one.acknowledgedMs),
    0.5,
  );
  figures['ack_p99_ms'] = percentile(
    sent.map((one) => one.acknowledgedMs),
    0.99,
  );
  figures['delivery_to_job_p50_ms'] = percentile(toJob, 0.5);
  figures['delivery_to_job_p99_ms'] = percentile(toJob, 0.99);
  console.log(
    `open loop ${openLoopRate}/s for ${openLoopSeconds} s: acknowledged p99 ${figures['ack_p99_ms']} ms, job p99 ${figures['delivery_to_job_p99_ms']} ms`,
  );
}

const home = await mkdtemp(path.join(os.tmpdir(), 'mendloop-bench-'));
await chmod(home, 0o755);
const log = createLog('error');
const database = await startEmbedded({ home, log });
const connection = connect({ url: database.url, max: 4, applicationName: 'bench' });
const figures: Record<string, number> = {};
try {
  await migrateAll(connection.db, database.url, log);
  await seed(connection.db);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    PORT: '0',
    APP_ID: '1',
    PRIVATE_KEY: 'unused',
    WEBHOOK_SECRET: benchSecret,
    LOG_LEVEL: 'error',
    MENDLOOP_HOME: home,
  };
  const baseline = await start('baseline-server.ts', env);
  const ours = await start('ours-server.ts', env);
  const setting = { db: connection.db, baseline, ours };
  await throughput(setting, figures);
  await latency(setting, figures);
  baseline.process.kill();
  ours.process.kill();
} finally {
  await connection[Symbol.asyncDispose]();
  await database.stop();
  await rm(home, { recursive: true, force: true });
}
printResult(
  'intake',
  Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100])),
);
