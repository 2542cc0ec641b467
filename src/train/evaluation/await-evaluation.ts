import { isMendloopError, MendloopError } from '../../domain/errors.ts';
import { type Cluster, isAtWork } from '../../domain/ports/cluster.ts';
import type { RoundFiles } from '../../domain/ports/round-files.ts';
import { pause, pollUntil } from '../../time/poll-until.ts';
import { readResult, readStatus } from '../round/files/attempt-files.ts';

export interface AwaitedJob {
  readonly cluster: Cluster;
  readonly nativeId: string;
  readonly files: RoundFiles;
  /** Name of the evaluation's own directory. */
  readonly folder: string;
  readonly everySeconds: number;
  readonly graceSeconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (phase: string) => void;
}

/** Shared storage may show the driver's last file later than the scheduler shows its end. */
const fileLooks = 10;

/** Whether the scheduler shows an end; one that cannot be reached shows none. */
async function isOver({ cluster, nativeId }: AwaitedJob): Promise<boolean> {
  // A look is short: an abort is noticed after it.
  const { signal } = new AbortController();
  try {
    return !isAtWork(await cluster.status(nativeId, signal));
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cluster_unreachable') throw error;
    return false;
  }
}

/** Requests a stop and kills the job after its grace: its rows are removed next, and nothing may read them any more. */
async function giveUp(job: AwaitedJob): Promise<never> {
  const { cluster, nativeId, everySeconds } = job;
  // The aborted signal ended the waiting for answers; the stop is not interrupted.
  const { signal } = new AbortController();
  await cluster.requestStop(nativeId, signal);
  const polling = { intervalMs: Math.min(everySeconds, 1) * 1000, timeoutMs: job.graceSeconds * 1000 };
  if ((await pollUntil(() => isOver(job), polling)) === null) await cluster.kill(nativeId, signal);
  throw new MendloopError('cancelled', 'the evaluation was asked to end');
}

/**
 * Resolves when the driver has answered every row. Throws `round_invalid` with what it says otherwise, and `cancelled` where
 * it was asked to end, or a purge took its rows away.
 */
export async function awaitEvaluation(job: AwaitedJob): Promise<void> {
  const { files, folder } = job;
  for (let over = 0; over < fileLooks;) {
    const result = await readResult(files, folder, 1);
    if (result?.exit_code === 0) return;
    if (!(await files.has(`${folder}/spec.json`))) {
      throw new MendloopError('cancelled', 'a consent was taken back, and its rows are gone');
    }
    if (result !== null) {
      throw new MendloopError(
        'round_invalid',
        `the evaluation ended with ${result.exit_code}: ${result.message}`,
      );
    }
    if (job.signal.aborted) await giveUp(job);
    if (await isOver(job)) over += 1;
    job.onProgress((await readStatus(files, folder, 1))?.phase ?? 'waiting');
    await pause(job.everySeconds * 1000, job.signal);
  }
  throw new MendloopError('round_invalid', 'the evaluation ended without a result');
}
