import { seededRandom, type SeededRandom } from '../../crash/random.ts';
import { type Kind, kinds } from '../product/kind.ts';

/** The app's processes, the driver's, and the scheduler's own. */
export type Victim =
  | 'app'
  | 'worker'
  | 'watcher'
  | 'driver'
  | 'child'
  | 'supervisor'
  | 'head'
  | 'slurmctld'
  | 'slurmd'
  | 'slurmstepd';

/** Of each kind the first few are in every run. */
const victims: Readonly<Record<Kind, readonly Victim[]>> = {
  local: ['app', 'supervisor', 'driver', 'worker', 'watcher', 'child'],
  ray: ['head', 'app', 'driver', 'supervisor', 'child', 'worker'],
  slurm: ['slurmctld', 'app', 'slurmd', 'driver', 'slurmstepd', 'worker', 'child'],
};

export interface PlannedKill {
  readonly victim: Victim;
  /** How far the round has come, from 0 to 1; `handover`: between a submission and the app's note of it. */
  readonly at: number | 'handover';
  /** Waited for after that moment. */
  readonly jitterMs: number;
}

export interface PlannedRound {
  readonly number: number;
  readonly kind: Kind;
  /** A `round start --wait` goes on with it beside the worker. */
  readonly isWatched: boolean;
  readonly kills: readonly PlannedKill[];
}

export interface ChaosPlan {
  readonly seed: string;
  /** In the order in which they begin. */
  readonly rounds: readonly PlannedRound[];
}

const counts = { sample: { local: 6, ray: 3, slurm: 3 }, full: { local: 26, ray: 12, slurm: 12 } };
/** In a whole run every so manyeth round is struck twice. */
const twiceEvery = 4;
const ofDriver: readonly Victim[] = ['driver', 'child', 'supervisor', 'slurmstepd'];
/** From the driver's first check to the middle of its training: what follows is over before a busy machine has struck. */
const [driverFrom, driverTo] = [0.2, 0.65];

function kill(victim: Victim, random: SeededRandom): PlannedKill {
  if (victim === 'app') return { victim, at: 'handover', jitterMs: random.below(80) };
  const [from, to] = ofDriver.includes(victim) ? [driverFrom, driverTo] : [0, 0.9];
  return { victim, at: from + random.fraction() * (to - from), jitterMs: random.below(400) };
}

function roundsOf(kind: Kind, count: number, isFull: boolean, random: SeededRandom): PlannedRound[] {
  const possible = victims[kind];
  return Array.from({ length: count }, (_, number) => {
    const victim = possible[number % possible.length] ?? 'driver';
    const kills = [kill(victim, random)];
    if (isFull && number % twiceEvery === twiceEvery - 1) kills.push(kill('driver', random));
    const isWatched = victim === 'app' || victim === 'watcher';
    return { number, kind, isWatched, kills };
  });
}

/** Twelve rounds, or fifty; the same for the same seed. */
export function planChaos(seed: string, isFull: boolean): ChaosPlan {
  const random = seededRandom(seed, 'chaos');
  const wanted = isFull ? counts.full : counts.sample;
  const all = kinds.flatMap((kind) => roundsOf(kind, wanted[kind], isFull, random));
  // A scheduler's death is noticed late: those rounds would otherwise be waited for at the end.
  const late = (round: PlannedRound): number => Number(!round.kills.some(({ victim }) => victim === 'head'));
  const rounds = random.shuffled(all).sort((a, b) => late(a) - late(b));
  return { seed, rounds: rounds.map((round, number) => ({ ...round, number })) };
}
