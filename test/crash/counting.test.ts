import { describe, expect, test } from 'vitest';
import type { RequestRecord } from '../../demo/github/http/request-log.ts';
import { countDeliveries } from './count-deliveries.ts';
import { countPulls } from './count-pulls.ts';
import { countRequests } from './count-requests.ts';
import type { CrashDelivery } from './deliveries.ts';
import type { Facts, JobFact, TransitionFact } from './facts.ts';
import { planKills, victims } from './plan.ts';
import type { WorldPull } from './world-pull.ts';

const delivery: CrashDelivery = { id: 'd1', headers: {}, body: Buffer.from('{}'), job: 'collect.pull' };
const routed = move('delivery', 'd1', 'received', 'routed');
const merged: WorldPull = {
  repo: 'octo-crash/part-0',
  repositoryId: 7,
  fate: 'ready',
  branch: 'part-0',
  history: { first: 'a', second: 'b' },
  rivalOf: null,
  number: 3,
  ownIssue: 2,
  issue: 2,
  evidence: 1,
};
const life = [
  move('pull_request', '7/3', null, 'merged'),
  move('instance', 'octo-crash__part-0-3', null, 'discovered'),
  move('instance', 'octo-crash__part-0-3', 'discovered', 'ready'),
];
const refresh = move('instance', 'octo-crash__part-0-3', 'ready', 'ready');

function move(entity: string, entity_id: string, from: string | null, to_status: string): TransitionFact {
  return { entity, entity_id, from_status: from, to_status };
}

function job(more: Partial<JobFact> = {}): JobFact {
  const row = { id: 'j1', queue: 'repository', state: 'completed', kind: 'collect.pull', cause: 'd1' };
  return { ...row, repository_id: 7, number: 3, attempts: 1, deferred: false, ...more };
}

function facts(transitions: readonly TransitionFact[], jobs: readonly JobFact[] = []): Facts {
  return { deliveries: new Set(['d1']), jobs, transitions, dead: 0 };
}

function request(method: string, path: string): RequestRecord {
  const rest = { kind: 'rest', userAgent: null, job: null, delivery: null, caller: 'installation' } as const;
  const unknown = { installationId: null, permissions: null, repository: null, needed: [] };
  return { at: new Date(0), method, path, ...rest, ...unknown, status: 200 };
}

describe('deliveries', () => {
  const count = (transitions: readonly TransitionFact[], jobs: readonly JobFact[]) =>
    countDeliveries([delivery], () => true, facts(transitions, jobs));

  test('one transition and one completed job are an effect', () => {
    expect(count([routed], [job()])).toEqual({ effects: 1, lost: 0, doubled: 0, wrong: 0 });
  });

  test.each([
    ['no transition', [], [job()]],
    ['no job', [routed], []],
    ['a job that never ended', [routed], [job({ state: 'retry' })]],
    ['a job that only put itself off', [routed], [job({ deferred: true })]],
  ])('%s is a loss', (_name, transitions, jobs) => {
    expect(count(transitions, jobs)).toMatchObject({ effects: 0, lost: 1 });
  });

  test.each([
    ['two transitions', [routed, routed], [job()]],
    ['two jobs', [routed], [job(), job({ id: 'j2' })]],
  ])('%s are a doubled effect', (_name, transitions, jobs) => {
    expect(count(transitions, jobs)).toMatchObject({ effects: 0, doubled: 1 });
  });

  test('the failed row beside the one that was put back for it is no second effect', () => {
    expect(count([routed], [job({ state: 'failed' }), job({ id: 'j2' })])).toMatchObject({ effects: 1 });
  });

  test('a job of another kind is wrong', () => {
    expect(count([routed], [job({ kind: 'collect.issue' })])).toMatchObject({ effects: 0, wrong: 1 });
  });
});

describe('pull requests', () => {
  test('a merged one is observed, discovered and judged once, and refreshed with its evidence', () => {
    const counted = countPulls([merged], facts([...life, refresh]));
    expect(counted).toMatchObject({
      misobserved: 0,
      misjudged: 0,
      refreshes: 1,
      refreshedWithoutEvidence: 0,
    });
  });

  test('a second discovery, a second first observation and a refresh too many are seen', () => {
    const twice = countPulls([merged], facts([...life, ...life, refresh, refresh]));
    expect(twice).toMatchObject({ misobserved: 1, misjudged: 1, refreshedWithoutEvidence: 1 });
  });

  test('a merged one without any row is seen', () => {
    expect(countPulls([merged], facts([]))).toMatchObject({ misobserved: 1, misjudged: 1 });
  });
});

describe('requests', () => {
  const read = request('GET', '/api/v3/repos/octo-crash/part-0/pulls/3');
  const count = (requests: readonly RequestRecord[], jobs: readonly JobFact[]) =>
    countRequests(requests, [merged], facts([], jobs));

  test('one read for each attempt is right', () => {
    expect(count([read, read], [job({ attempts: 2 })])).toMatchObject({
      unread: 0,
      overread: 0,
      pullReads: 2,
    });
  });

  test('no read for a completed job, and a read without an attempt, are seen', () => {
    expect(count([], [job()])).toMatchObject({ unread: 1 });
    expect(count([read, read], [job()])).toMatchObject({ overread: 1 });
  });

  test('tokens, queries, fetches and asked redeliveries are no writes; everything else is', () => {
    const reading = [
      request('POST', '/api/v3/app/installations/12/access_tokens'),
      request('POST', '/api/graphql'),
      request('POST', '/octo-crash/part-0.git/git-upload-pack'),
      request('POST', '/api/v3/app/hook/deliveries/5/attempts'),
    ];
    expect(count(reading, [])).toMatchObject({ writes: 0, redeliveriesAsked: 1 });
    const writing = [
      request('POST', '/api/v3/repos/octo-crash/part-0/issues/3/comments'),
      request('PATCH', '/api/v3/repos/octo-crash/part-0'),
      request('GET', '/octo-crash/part-0.git/info/refs?service=git-receive-pack'),
    ];
    expect(count(writing, [])).toMatchObject({ writes: 3 });
  });
});

test('twenty kills hit every victim at least six times and depend on the seed alone', () => {
  const kills = planKills(20, 'a');
  for (const victim of victims)
    expect(kills.filter((kill) => kill.victim === victim).length).toBeGreaterThanOrEqual(6);
  expect(kills.map(({ at }) => at)).toEqual(kills.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(planKills(20, 'a')).toEqual(kills);
  expect(planKills(20, 'b')).not.toEqual(kills);
});
