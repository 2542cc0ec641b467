import type { DeliveryCount } from './count-deliveries.ts';
import type { PullCount } from './count-pulls.ts';
import type { RequestCount } from './count-requests.ts';
import type { Killed } from './killer.ts';
import type { LoadCounts } from './load.ts';
import { type Plan, type Victim, victims } from './plan.ts';
import type { Returned } from './returned.ts';

/** Everything that one run came to know. */
export interface Outcome {
  readonly plan: Plan;
  readonly load: LoadCounts;
  readonly killed: Killed;
  readonly returned: Returned;
  readonly deliveries: DeliveryCount;
  readonly pulls: PullCount;
  readonly requests: RequestCount;
  /** Jobs that failed for good under the kills and were put back once, and those that are dead in the end. */
  readonly requeued: number;
  readonly dead: number;
  /** Jobs that are neither completed nor dead. */
  readonly unfinished: number;
  /** Times that server or worker ended without having been killed or asked to. */
  readonly unaskedEnds: number;
  readonly seconds: number;
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
}

const longestReturnMs = 30_000;
const longestStopMs = 25_000;

export function killsOf({ strikes }: Killed, victim: Victim): number {
  return strikes.filter((strike) => strike.victim === victim).length;
}

export function insideOf({ strikes }: Killed): number {
  return strikes.filter((strike) => strike.insideTransaction).length;
}

export function longest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function checkKills({ plan, killed }: Outcome): Check[] {
  return [
    ...victims.map((victim) => ({
      name: `${victim} was killed at least ${plan.leastOfEach} times`,
      passed: killsOf(killed, victim) >= plan.leastOfEach,
    })),
    {
      name: `at least ${plan.leastInside} kills were inside an open transaction`,
      passed: insideOf(killed) >= plan.leastInside,
    },
  ];
}

function checkDeliveries({ plan, load, deliveries }: Outcome): Check[] {
  return [
    { name: `${plan.deliveries} distinct deliveries were sent`, passed: load.distinct >= plan.deliveries },
    {
      name: 'every delivery was acknowledged in the end',
      passed: load.acknowledgedDistinct === load.distinct,
    },
    { name: 'no acknowledged delivery was lost', passed: deliveries.lost === 0 },
    { name: 'no delivery had its effect twice', passed: deliveries.doubled === 0 },
    { name: 'every delivery was routed as its event demands', passed: deliveries.wrong === 0 },
  ];
}

function checkJobs({ dead, unfinished, returned }: Outcome): Check[] {
  const intime = returned.missing === 0 && longest(returned.returnedMs) <= longestReturnMs;
  return [
    { name: 'no job is dead or unfinished', passed: dead === 0 && unfinished === 0 },
    { name: 'every job of a killed worker was back within 30 s', passed: intime },
  ];
}

function checkPulls({ pulls, requests }: Outcome): Check[] {
  return [
    { name: 'every pull request was first observed once and ends as it is', passed: pulls.misobserved === 0 },
    { name: 'every merged one was discovered once and judged once', passed: pulls.misjudged === 0 },
    { name: 'no instance was refreshed without new evidence', passed: pulls.refreshedWithoutEvidence === 0 },
    {
      name: 'GitHub was read from and never written to',
      passed: requests.writes === 0 && requests.requests > 0,
    },
    { name: 'every pull request was read for every job', passed: requests.unread === 0 },
    { name: 'no pull request was read more often than jobs were taken up', passed: requests.overread === 0 },
  ];
}

function checkStop({ killed }: Outcome): Check[] {
  const { statuses, ms, jobsAfter } = killed.gracefulStop;
  return [
    {
      name: 'SIGTERM ends server and worker with status 0',
      passed: statuses.every((status) => status === 0),
    },
    { name: 'SIGTERM ends them within 25 s', passed: ms <= longestStopMs },
    { name: 'SIGTERM leaves no job behind with the worker', passed: jobsAfter === 0 },
  ];
}

/** The properties that the run has to show. */
export function checksOf(outcome: Outcome): Check[] {
  return [checkKills, checkDeliveries, checkJobs, checkPulls, checkStop].flatMap((check) => check(outcome));
}
