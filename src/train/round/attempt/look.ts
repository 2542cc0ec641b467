import type { NativeStatus } from '../../../domain/cluster-job.ts';
import { isMendloopError } from '../../../domain/errors.ts';
import { roundSpec } from '../../../round-contract/round-spec.ts';
import type { RoundCluster, RoundDeps } from '../deps.ts';
import { type DriverStatus, readResult, readStatus } from '../files/attempt-files.ts';
import type { Attempt } from '../state/attempts.ts';
import type { Round } from '../state/read-round.ts';
import type { Observation } from './decide.ts';

/** The parts of one look at a running round. */
export interface Look {
  readonly deps: RoundDeps;
  readonly round: Round;
  readonly attempt: Attempt;
  readonly cluster: RoundCluster;
  /** Of the attempt. */
  readonly folder: string;
}

/** Null where the scheduler cannot be asked: the driver's files are read all the same. */
async function nativeStatus({ deps, attempt, cluster }: Look): Promise<NativeStatus | null> {
  try {
    return await cluster.cluster.status(attempt.native_id ?? '');
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cluster_unreachable') throw error;
    deps.log.warn({ round_id: attempt.round_id, cluster: cluster.cluster.name }, 'cluster not reached');
    return null;
  }
}

/** A queued job has no driver that could be silent. */
function silence(look: Look, native: NativeStatus | null, status: DriverStatus | null): number {
  const { deps, attempt } = look;
  const now = deps.now().getTime();
  const shown = native?.state === 'queued' ? `queued ${now}` : `beat ${status?.seq ?? 0}`;
  return deps.liveness.unchangedSeconds(`${attempt.round_id}/${attempt.attempt}/beat`, shown, now);
}

function standstill({ deps, attempt }: Look, status: DriverStatus | null): number {
  const now = deps.now().getTime();
  const shown = status?.phase === 'train' ? `step ${status.step}` : `elsewhere ${now}`;
  return deps.liveness.unchangedSeconds(`${attempt.round_id}/${attempt.attempt}/step`, shown, now);
}

/** Looks at the scheduler and at the driver's files. */
export async function observe(look: Look): Promise<Observation> {
  const { deps, round, attempt, folder } = look;
  const native = await nativeStatus(look);
  const status = await readStatus(folder);
  const shown = `${native?.state}`;
  const name = `${attempt.round_id}/${attempt.attempt}/native`;
  return {
    // Read after the scheduler was asked: what ended by then has written it.
    result: await readResult(folder),
    native,
    nativeSeconds: deps.liveness.unchangedSeconds(name, shown, deps.now().getTime()),
    silentSeconds: silence(look, native, status),
    stalledSeconds: standstill(look, status),
    limits: roundSpec.parse(round.spec).limits,
  };
}
