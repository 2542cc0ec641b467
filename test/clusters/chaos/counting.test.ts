import { describe, expect, test } from 'vitest';
import type { DriverStart } from '../product/journal.ts';
import type { Kind } from '../product/kind.ts';
import type { Facts, RoundFact } from './facts.ts';
import { planChaos, type Victim } from './plan.ts';
import { doubledSubmissions } from './submissions.ts';

const attempt = { attempt: 1, state: 'succeeded', exit_code: 0, reason: null, begun: 1, isOver: true };

function roundOn(kind: Kind, begun = 1): RoundFact {
  return {
    planned: { number: 1, kind, isWatched: false, kills: [] },
    round_id: 'r-1',
    struck: [],
    state: 'discarded',
    reason: null,
    attempts: [{ ...attempt, begun }],
    checkpoints: 1,
    evaluations: 1,
    isHeld: false,
    isPublished: true,
  };
}

function start(at: number, job = '-'): DriverStart {
  return { at, pid: 1, job, round_id: 'r-1', attempt: 1 };
}

interface Seen {
  readonly round: RoundFact;
  readonly starts: readonly DriverStart[];
  readonly accepted?: Facts['journal']['accepted'];
  readonly kills?: Partial<Facts['kills']>;
}

function count({ round, starts, accepted = [], kills = {} }: Seen): number {
  const seen = { head: [], slurmctld: [], ...kills };
  return doubledSubmissions({ rounds: [round], journal: { starts, accepted }, kills: seen }).length;
}

describe('submissions', () => {
  test.each<Kind>(['local', 'ray', 'slurm'])(
    'one driver of an attempt on %s is right, and two are not',
    (kind) => {
      const round = roundOn(kind);
      expect(count({ round, starts: [start(1, '7')] })).toBe(0);
      expect(count({ round, starts: [start(1, '7'), start(2, '8')] })).toBe(1);
    },
  );

  test('a job that Slurm took twice counts, also where its second driver never began', () => {
    const accepted = ['7', '8'].map((id) => ({ key: 'mendloop-r-1-a1', id }));
    expect(count({ round: roundOn('slurm'), starts: [start(1, '7')], accepted })).toBe(1);
  });

  test('a head of Ray that was killed in between knew nothing of the first; one that was not, did', () => {
    const starts = [start(10), start(30)];
    expect(count({ round: roundOn('ray'), starts, kills: { head: [20] } })).toBe(0);
    expect(count({ round: roundOn('ray'), starts, kills: { head: [5] } })).toBe(1);
    expect(count({ round: roundOn('local'), starts, kills: { head: [20] } })).toBe(1);
  });

  test('a killed controller may start its own job again, and no other', () => {
    const kills = { slurmctld: [20] };
    expect(count({ round: roundOn('slurm'), starts: [start(10, '7'), start(30, '7')], kills })).toBe(0);
    expect(count({ round: roundOn('slurm'), starts: [start(10, '7'), start(30, '8')], kills })).toBe(1);
    expect(count({ round: roundOn('slurm'), starts: [start(10, '7'), start(30, '7')] })).toBe(1);
  });

  test('two drivers at work on one attempt are too many whatever was killed', () => {
    expect(count({ round: roundOn('ray', 2), starts: [start(10), start(30)], kills: { head: [20] } })).toBe(
      1,
    );
  });
});

describe('the plan', () => {
  const victimsOf = (full: boolean): Set<Victim> =>
    new Set(planChaos('a', full).rounds.flatMap(({ kills }) => kills.map(({ victim }) => victim)));

  test('is the same for the same seed, and another for another', () => {
    expect(planChaos('a', false)).toEqual(planChaos('a', false));
    expect(planChaos('b', false)).not.toEqual(planChaos('a', false));
  });

  test('has 12 rounds, or 50 with every victim, and strikes app, driver and scheduler in both', () => {
    const [sample, full] = [planChaos('a', false).rounds, planChaos('a', true).rounds];
    expect([sample.length, full.length]).toEqual([12, 50]);
    const always: Victim[] = ['app', 'worker', 'watcher', 'driver', 'child', 'supervisor'];
    const schedulers: Victim[] = ['head', 'slurmctld', 'slurmd'];
    expect(victimsOf(false)).toEqual(new Set([...always, ...schedulers]));
    expect(victimsOf(true)).toEqual(new Set([...always, ...schedulers, 'slurmstepd']));
  });
});
