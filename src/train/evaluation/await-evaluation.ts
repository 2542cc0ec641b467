import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../domain/cluster-job.ts';
import { isMendloopError, MendloopError } from '../../domain/errors.ts';
import { attemptFolder, readResult, readStatus } from '../round/files/attempt-files.ts';

export interface Awaited {
  readonly cluster: Cluster;
  readonly nativeId: string;
  /** The evaluation's own directory, here. */
  readonly folder: string;
  readonly everySeconds: number;
  readonly graceSeconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (phase: string) => void;
}

/** Shared storage may show the driver's last file later than the scheduler shows its end. */
const fileLooks = 10;

/** Whether the scheduler shows an end; one that cannot be asked shows none. */
async function isOver({ cluster, nativeId }: Awaited): Promise<boolean> {
  try {
    const { state } = await cluster.status(nativeId);
    return state !== 'queued' && state !== 'running';
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cluster_unreachable') throw error;
    return false;
  }
}

async function giveUp({ cluster, nativeId, graceSeconds }: Awaited): Promise<never> {
  await cluster.cancel(nativeId, graceSeconds);
  throw new MendloopError('cancelled', 'the evaluation was asked to end');
}

/**
 * Resolves when the driver has answered every row. Throws `round_invalid` with what it says otherwise, and `cancelled` where
 * it was asked to end, or a purge took its rows away.
 */
export async function awaitEvaluation(job: Awaited): Promise<void> {
  const attempt = attemptFolder(job.folder, 1);
  for (let over = 0; over < fileLooks;) {
    const result = await readResult(attempt);
    if (result?.exit_code === 0) return;
    if (!existsSync(path.join(job.folder, 'spec.json'))) {
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
    job.onProgress((await readStatus(attempt))?.phase ?? 'waiting');
    await sleep(job.everySeconds * 1000, undefined, { signal: job.signal }).catch(() => undefined);
  }
  throw new MendloopError('round_invalid', 'the evaluation ended without a result');
}
