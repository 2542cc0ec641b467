import { schedule } from 'node-cron';
import type { RoundsConfig } from '../config/rounds.ts';
import { slotOf } from '../jobs/ticker.ts';
import { errorFields } from '../telemetry/log.ts';
import type { RoundDeps } from '../train/round/deps.ts';
import { reviveRounds } from '../train/round/requests/revive.ts';
import { planDueNight } from '../train/schedule/plan-night.ts';

type Deps = Pick<RoundDeps, 'db' | 'queue' | 'log' | 'now'>;

async function look({ db, queue, log, now }: Deps, { at, ...rounds }: RoundsConfig): Promise<void> {
  try {
    const time = now();
    const round_id = at === null ? null : await planDueNight({ db, queue }, time, { at, ...rounds });
    if (round_id !== null) log.info({ round_id }, 'nightly round planned');
    for (const id of await reviveRounds(db, queue, slotOf(time)))
      log.warn({ round_id: id }, 'round was left alone');
  } catch (error) {
    log.warn(errorFields(error), 'rounds not looked after');
  }
}

/**
 * Plans the round of a night that is due, at boot and every minute. All workers do so; the database admits one round a
 * night.
 */
export function startRoundSchedule(deps: Deps, config: RoundsConfig): { stop(): Promise<void> } {
  const first = look(deps, config);
  const task = schedule('* * * * *', () => look(deps, config), { timezone: 'UTC', noOverlap: true });
  return {
    async stop() {
      await task.destroy();
      await first;
    },
  };
}
