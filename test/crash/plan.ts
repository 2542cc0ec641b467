import { parseArgs } from 'node:util';
import { MendloopError } from '../../src/domain/errors.ts';
import { seededRandom } from './random.ts';

export const victims = ['server', 'worker', 'database'] as const;
export type Victim = (typeof victims)[number];

/** One SIGKILL. */
export interface PlannedKill {
  readonly victim: Victim;
  /** Share of all sends after which it is due. */
  readonly at: number;
  /** Waits for the moment in which the victim has a transaction open; otherwise any moment will do. */
  readonly insideTransaction: boolean;
}

export interface Plan {
  readonly full: boolean;
  readonly seed: string;
  /** Distinct deliveries. */
  readonly deliveries: number;
  readonly repositories: number;
  readonly pullsPerRepository: number;
  /** Sends a second, over all deliveries and their repetitions. */
  readonly rate: number;
  readonly kills: readonly PlannedKill[];
  /** Fewest kills of each victim, and fewest inside an open transaction, that the run must reach. */
  readonly leastOfEach: number;
  readonly leastInside: number;
}

export const copies = 3;
/** The graceful stop comes after the last kill, while deliveries still arrive. */
export const gracefulStopAt = 0.93;
const [firstKillAt, lastKillAt] = [0.04, 0.88];
/** A pull request brings about this many deliveries with its issue, its pushes and its merge. */
const deliveriesPerPull = 8;
const shareOfPulls = 0.4;
/** What a machine with two cores recovers from: a killed process needs 2-4 s to be back. */
const secondsPerKill = 5;

function wholeNumber(text: string | undefined, otherwise: number, least: number, name: string): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new MendloopError('usage', `--${name} must be a whole number of at least ${least}`);
}

/** Every victim is killed as often as the others, in random order, at random points; every other one mid-transaction. */
export function planKills(count: number, seed: string): PlannedKill[] {
  const random = seededRandom(seed, 'kills');
  const order = Array.from({ length: count }, (_, index) => index);
  const kills = order.map((index) => ({
    victim: victims[index % victims.length] ?? 'server',
    insideTransaction: Math.floor(index / victims.length) % 2 === 0,
  }));
  const points = order
    .map(() => firstKillAt + random.fraction() * (lastKillAt - firstKillAt))
    .sort((a, b) => a - b);
  return random.shuffled(kills).map((kill, index) => ({ ...kill, at: points[index] ?? lastKillAt }));
}

/** Reads the command line; the seed comes from MENDLOOP_TEST_SEED where none is given. */
export function readPlan(args: readonly string[], environmentSeed: string | undefined): Plan {
  const { values } = parseArgs({
    args: [...args],
    options: {
      full: { type: 'boolean', default: false },
      deliveries: { type: 'string' },
      kills: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const { full } = values;
  const seed = values.seed ?? environmentSeed ?? '1';
  const deliveries = wholeNumber(values.deliveries, full ? 2000 : 300, 50, 'deliveries');
  const kills = wholeNumber(values.kills, full ? 20 : 6, victims.length, 'kills');
  const repositories = deliveries >= 1000 ? 20 : 8;
  const perRepository = (deliveries * shareOfPulls) / repositories;
  return {
    full,
    seed,
    deliveries,
    repositories,
    pullsPerRepository: Math.max(1, Math.round(perRepository / deliveriesPerPull)),
    rate: Math.ceil((deliveries * copies) / (kills * secondsPerKill)),
    kills: planKills(kills, seed),
    leastOfEach: full ? 5 : 1,
    leastInside: full ? 3 : 1,
  };
}
