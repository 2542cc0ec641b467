import { MendloopError } from '../domain/errors.ts';
import { pollUntil } from '../time/poll-until.ts';
import { processState, readRun, type ServerRun } from './server-state.ts';

/** A fast shutdown takes 16-160 ms plus a checkpoint; after this the immediate one follows, which costs a recovery. */
const fastShutdownMs = 30_000;
const immediateShutdownMs = 5_000;

/**
 * Stops one run of the server: rolls back open transactions, writes a checkpoint and waits for the end. Does nothing
 * when the run has ended. Throws `database_start_failed` when the server does not stop.
 */
export async function stopServer(data: string, run: ServerRun): Promise<void> {
  if (!(await isSameRun(data, run))) return;
  if (await signalAndWait(run.pid, 'SIGINT', fastShutdownMs)) return;
  if (await signalAndWait(run.pid, 'SIGQUIT', immediateShutdownMs)) return;
  throw new MendloopError(
    'database_start_failed',
    `The embedded PostgreSQL (process ${run.pid}) does not stop.`,
  );
}

/** Guards against a pid that belongs to another program by now. */
async function isSameRun(data: string, run: ServerRun): Promise<boolean> {
  const now = await readRun(data);
  const isSame = now !== null && now.pid === run.pid && now.startedAt === run.startedAt;
  return isSame && (await processState(run.pid)) === 'postgres';
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  process.kill(pid, signal);
  const hasEnded = async (): Promise<boolean> => (await processState(pid)) !== 'postgres';
  return (await pollUntil(hasEnded, { intervalMs: 10, timeoutMs })) !== null;
}
