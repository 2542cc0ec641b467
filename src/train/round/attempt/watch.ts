import { isMendloopError } from '../../../domain/errors.ts';
import type { AttemptState } from '../../../domain/round.ts';
import { roundSpec } from '../../../round-contract/round-spec.ts';
import type { RoundDeps } from '../deps.ts';
import { attemptFolder, readEvents } from '../files/attempt-files.ts';
import { writeControl } from '../files/control-files.ts';
import { roundFolder } from '../files/round-folder.ts';
import { currentAttempt } from '../state/attempts.ts';
import type { Round } from '../state/read-round.ts';
import { type Step, stepTo } from '../state/step.ts';
import { judgeAttempt } from './decide.ts';
import { endAttempt } from './end-attempt.ts';
import { type Look, observe } from './look.ts';
import { storeProgress } from './store-progress.ts';

async function noteAttempt(
  { deps, attempt }: Look,
  change: { state?: AttemptState; reason?: string },
): Promise<void> {
  await deps.db
    .updateTable('round_attempt')
    .set(change)
    .where('round_id', '=', attempt.round_id)
    .where('attempt', '=', attempt.attempt)
    .execute();
}

/** The driver by its file, and the scheduler's job, since either may not be reached. Said again until it has ended. */
async function askToEnd({ cluster, round, attempt, deps }: Look): Promise<void> {
  const { grace_s } = roundSpec.parse(round.spec).limits;
  try {
    if (attempt.native_id !== null) await cluster.cluster.cancel(attempt.native_id, grace_s);
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cluster_unreachable') throw error;
    deps.log.warn({ round_id: round.round_id, cluster: cluster.cluster.name }, 'cluster not reached');
  }
}

async function passWishesOn(look: Look): Promise<void> {
  const { deps, round, cluster } = look;
  const folder = roundFolder(cluster, round.round_id);
  if (round.cancel_asked_at !== null) {
    await writeControl(folder, 'cancel', round.cancel_asked_at);
    await askToEnd(look);
  } else if (round.deadline !== null && round.deadline <= deps.now()) {
    await writeControl(folder, 'stop_after_step', round.deadline);
  }
}

/**
 * `running`: copies what the driver reports, passes wishes on to it, and acts on its end. A new attempt comes only after the
 * end of the one before, or after that was told to stop.
 */
export async function watch(deps: RoundDeps, round: Round): Promise<Step> {
  const attempt = await currentAttempt(deps.db, round.round_id);
  await using cluster = await deps.cluster(round);
  const folder = attemptFolder(roundFolder(cluster, round.round_id), attempt.attempt);
  const look: Look = { deps, round, attempt, cluster, folder };
  const seen = await observe(look);
  await storeProgress(deps.db, round, attempt, await readEvents(folder, round.round_id, attempt.attempt));
  const judgement = judgeAttempt(seen);
  switch (judgement.kind) {
    case 'ended':
      return endAttempt(look, judgement);
    case 'lost':
      await askToEnd(look);
      return endAttempt(look, { exit_code: null, reason: 'lost' });
    case 'stalled':
      await noteAttempt(look, { reason: 'stalled' });
      await askToEnd(look);
      return stepTo('running', deps.watchSeconds);
    case 'at_work':
      if (seen.native?.state === 'running' && attempt.state === 'queued')
        await noteAttempt(look, { state: 'running' });
      await passWishesOn(look);
      return stepTo('running', deps.watchSeconds);
    default:
      return judgement satisfies never;
  }
}
