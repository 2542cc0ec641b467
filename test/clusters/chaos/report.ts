import type { Facts, RoundFact } from './facts.ts';
import type { ChaosPlan, Victim } from './plan.ts';

/** It has a result that was registered and judged. */
export function isFinished({ state }: RoundFact): boolean {
  return state === 'promoted' || state === 'discarded';
}

function lineOf(round: RoundFact): string {
  const { round_id, planned, state, reason, attempts, struck } = round;
  const ends = attempts.map(({ exit_code, reason: why }) => `${exit_code ?? '-'} ${why ?? '-'}`).join(', ');
  const kills = struck.map(({ killed, kill, where }) => `${killed ?? `no ${kill.victim}`} at ${where}`);
  const how = `${state}${reason === null ? '' : ` (${reason})`}`;
  return `${round_id}  ${planned.kind.padEnd(5)}  ${how.padEnd(34)} attempts: ${ends.padEnd(24)} ${kills.join('; ')}`;
}

function killsOf({ rounds }: Facts): Map<Victim, number> {
  const counts = new Map<Victim, number>();
  for (const { kill, killed } of rounds.flatMap(({ struck }) => struck)) {
    if (killed !== null) counts.set(kill.victim, (counts.get(kill.victim) ?? 0) + 1);
  }
  return counts;
}

/** Every round and what was killed where, and the sums. */
export function reportOf({ seed }: ChaosPlan, facts: Facts, seconds: number): string {
  const { rounds, journal } = facts;
  const kills = [...killsOf(facts)].map(([victim, count]) => `${victim} ${count}`).sort();
  const resumed = rounds.filter((round) => isFinished(round) && round.attempts.length > 1);
  const ended = rounds.filter((round) => !isFinished(round));
  return [
    `seed ${seed}`,
    ...rounds.map(lineOf),
    `${rounds.length} rounds in ${seconds.toFixed(0)} s: ${rounds.length - ended.length} finished, ${resumed.length} of them in a later attempt; ${ended.length} ended with a reason`,
    `killed: ${kills.join(', ')}`,
    `started: ${journal.starts.length} drivers, ${journal.accepted.length} jobs accepted by Slurm`,
  ].join('\n');
}
