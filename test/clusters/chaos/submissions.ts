import type { DriverStart } from '../product/journal.ts';
import type { Facts } from './facts.ts';

/** More jobs or drivers than one attempt may have, in words; none where all is well. */
export function doubledSubmissions({
  rounds,
  journal,
  kills,
}: Pick<Facts, 'rounds' | 'journal' | 'kills'>): string[] {
  const doubled = twice(journal.accepted.map(({ key }) => key)).map((key) => `${key}: Slurm took it twice`);
  for (const { planned, round_id, attempts } of rounds) {
    for (const { attempt, begun } of attempts) {
      const key = `${round_id}, attempt ${attempt}`;
      const starts = journal.starts.filter((one) => one.round_id === round_id && one.attempt === attempt);
      const lives = planned.kind === 'ray' ? kills.head : [];
      if (twice(starts.map(({ at }) => String(lives.filter((kill) => kill < at).length))).length > 0) {
        if (!isSchedulersOwn(starts, kills.slurmctld)) doubled.push(`${key}: ${starts.length} drivers`);
      }
      if (begun > 1) doubled.push(`${key}: ${begun} drivers at work`);
    }
  }
  return doubled;
}

/** From the controller's word to the driver's first. */
const startMs = 5000;

/**
 * A controller that is killed within seconds of the start of a job starts the same job again, whatever it was told: one job of
 * one number, whose second driver finds the lease and ends.
 */
function isSchedulersOwn(starts: readonly DriverStart[], controllerKills: readonly number[]): boolean {
  const [first, second, ...more] = starts;
  if (first === undefined || second === undefined || more.length > 0 || first.job === '-') return false;
  return first.job === second.job && controllerKills.some((at) => at > first.at - startMs && at < second.at);
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
