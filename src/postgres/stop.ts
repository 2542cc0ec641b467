import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { MendloopError } from '../domain/errors.ts';
import type { Place } from './paths.ts';
import { processState } from './process-state.ts';
import { type PostmasterFile, readPostmasterFile } from './server-state.ts';

/** A fast shutdown takes 16-160 ms plus a checkpoint; after this the immediate one follows, which costs a recovery. */
const fastShutdownMs = 30_000;
const immediateShutdownMs = 5_000;

/** Stops one run of the server: rolls back what is open, writes a checkpoint, waits for the end. Nothing to do if it ended. */
export async function stopServer(place: Place, run: PostmasterFile): Promise<void> {
  if (!(await isSameRun(place, run))) return;
  if (await signalAndWait(run.pid, 'SIGINT', fastShutdownMs)) return;
  if (await signalAndWait(run.pid, 'SIGQUIT', immediateShutdownMs)) return;
  throw new MendloopError(
    'database_start_failed',
    `The embedded PostgreSQL (process ${run.pid}) does not stop.`,
  );
}

/** Whether other connections than the asking one exist. */
export async function isInUse(url: string): Promise<boolean> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const others = await client.query(
      `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
    );
    return others.rowCount !== 0;
  } finally {
    await client.end();
  }
}

/** Guards against a pid that was given to another program in the meantime. */
async function isSameRun(place: Place, run: PostmasterFile): Promise<boolean> {
  const now = await readPostmasterFile(place.data);
  const same = now !== null && now.pid === run.pid && now.startedAt === run.startedAt;
  return same && (await processState(run.pid)) === 'postgres';
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
  process.kill(pid, signal);
  for (let waited = 0; waited < patienceMs; waited += 10) {
    if ((await processState(pid)) !== 'postgres') return true;
    await sleep(10);
  }
  return false;
}
