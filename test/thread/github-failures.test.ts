import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestFault, RequestFilter } from '../../demo/github/faults.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';
import { mendloop } from '../cli/mendloop.ts';
import { startThread, type Thread } from '../support/thread.ts';
import { fixFiles, type Library, library, minutes, propose, report } from './library.ts';
import { jobRows, readyInstance, type StoredJob } from './stored.ts';

let thread: Thread;
let count = 0;

beforeAll(async () => {
  thread = await startThread({ impatient: true });
  thread.github.install({ appId: thread.appId, account: 'octo-org', repositories: 'all' });
  await thread.settle();
});

afterAll(() => thread[Symbol.asyncDispose]());

interface Played {
  readonly name: string;
  readonly repo: string;
  readonly number: number;
  readonly instanceId: string;
}

/** Repositories with a merged pull request each, of which nothing is delivered before `resume`. */
async function playAll(names: readonly string[]): Promise<Played[]> {
  const made: Library[] = [];
  for (const name of names) made.push(await library(thread.github, name));
  await thread.settle();
  thread.github.deliveries.pause();
  const all = [];
  for (const [at, one] of made.entries()) {
    const head = one.branch('fix', fixFiles);
    const number = await propose(one, { head, body: `Fixes #${report(one)}` });
    await thread.github.mergePull({ repo: one.repo, number, at: minutes(120) });
    const name = names[at] ?? '';
    all.push({ name, repo: one.repo, number, instanceId: `octo-org__${name}-${number}` });
    one[Symbol.dispose]();
  }
  return all;
}

async function play(): Promise<Played> {
  count += 1;
  const [one] = await playAll([`failing-${count}`]);
  if (!one) throw new Error('nothing was played');
  return one;
}

/** Where a request can fail, by the words of its test. */
const places = {
  'the pull request': ({ repo, number }: Played) => ({
    method: 'GET',
    path: `/repos/${repo}/pulls/${number}`,
  }),
  'the issue': ({ repo }: Played) => ({ method: 'GET', path: new RegExp(`/repos/${repo}/issues/1$`) }),
  'a timeline': ({ repo }: Played) => ({
    method: 'GET',
    path: new RegExp(`/repos/${repo}/issues/\\d+/timeline`),
  }),
  'the comments': ({ repo }: Played) => ({ method: 'GET', path: `/repos/${repo}/issues/1/comments` }),
  'the linked issues': (_: Played) => ({ method: 'POST', path: '/api/graphql' }),
  'a token': (_: Played) => ({ method: 'POST', path: '/access_tokens' }),
  'the refs of git': ({ name }: Played) => ({ method: 'GET', path: `/${name}.git/info/refs` }),
  'the objects of git': ({ name }: Played) => ({ method: 'POST', path: `/${name}.git/git-upload-pack` }),
} satisfies Record<string, (pull: Played) => RequestFilter>;
type Place = keyof typeof places;

async function jobsOf({ repo }: Played): Promise<StoredJob[]> {
  const repository = Number(/(\d+)\.git$/.exec(thread.github.gitDir(repo))?.[1]);
  return (await jobRows(thread.database.db)).filter((job) => job.repository_id === repository);
}

const never = (job: StoredJob): boolean => job.queue === 'dead';
const cut: RequestFault = { kind: 'cut', afterBytes: 1 };

/** Stands for a case that is played alone. */
const passing: Case = { what: '', fault: cut, place: 'the pull request' };

interface Case {
  readonly what: string;
  readonly fault: RequestFault;
  readonly place: Place;
}

/** All cases go wrong beside each other; each in a repository of its own. */
function together(name: string, cases: readonly Case[]): Map<Case, Played> {
  const played = new Map<Case, Played>();
  beforeAll(async () => {
    const pulls = await playAll(cases.map((_, at) => `${name}-${at}`));
    for (const [at, one] of cases.entries()) {
      const pull = pulls[at];
      if (!pull) continue;
      played.set(one, pull);
      thread.github.faults.onRequest(one.fault, places[one.place](pull));
    }
    thread.github.deliveries.resume();
    await thread.settle();
  });
  return played;
}

async function storyOf(played: Map<Case, Played>, one: Case): Promise<StoredJob[]> {
  const pull = played.get(one);
  if (!pull) throw new Error('this case was not played');
  expect((await readyInstance(thread.database.db, pull.instanceId)).status).toBe('ready');
  return jobsOf(pull);
}

describe('a failure that passes', () => {
  const cases: readonly Case[] = [
    { what: '500', fault: { kind: 'status', status: 500 }, place: 'the pull request' },
    { what: '502', fault: { kind: 'status', status: 502 }, place: 'the issue' },
    { what: 'a reset', fault: { kind: 'reset' }, place: 'the pull request' },
    { what: 'a cut answer', fault: cut, place: 'the pull request' },
    { what: 'a cut answer', fault: cut, place: 'a timeline' },
    { what: 'a cut answer', fault: cut, place: 'the comments' },
    { what: '500', fault: { kind: 'status', status: 500 }, place: 'the refs of git' },
    { what: '403', fault: { kind: 'status', status: 403 }, place: 'the refs of git' },
    { what: 'a reset', fault: { kind: 'reset' }, place: 'the refs of git' },
    { what: 'a cut transfer', fault: cut, place: 'the refs of git' },
    { what: 'a cut transfer', fault: { kind: 'cut', afterBytes: 60 }, place: 'the objects of git' },
    { what: '502', fault: { kind: 'status', status: 502 }, place: 'the objects of git' },
  ];
  const played = together('passing', cases);

  it.each(cases)('of $place ($what) is tried again, and nothing is lost', async (one) => {
    const jobs = await storyOf(played, one);
    expect(jobs.filter(never)).toEqual([]);
    expect(jobs.some((job) => job.retries > 0)).toBe(true);
  });

  it.each([
    ['the linked issues', 503],
    ['a token', 504],
  ] as const)('of %s (%i) is tried again, and nothing is lost', async (place, status) => {
    const pull = await play();
    thread.github.faults.onRequest({ kind: 'status', status }, places[place](pull));
    thread.github.deliveries.resume();
    await thread.settle();
    const jobs = await storyOf(new Map([[passing, pull]]), passing);
    expect(jobs.filter(never)).toEqual([]);
    expect(jobs.some((job) => job.retries > 0)).toBe(true);
  });
});

describe('a limit', () => {
  const cases: readonly Case[] = [
    { what: 'rate limit', fault: { kind: 'rate_limit', resetSeconds: 2 }, place: 'the pull request' },
    { what: 'rate limit', fault: { kind: 'rate_limit', resetSeconds: 2 }, place: 'the issue' },
    {
      what: 'secondary, 403',
      fault: { kind: 'secondary_limit', retryAfterSeconds: 2 },
      place: 'the pull request',
    },
    {
      what: 'secondary, 429',
      fault: { kind: 'secondary_limit', retryAfterSeconds: 2, status: 429 },
      place: 'a timeline',
    },
  ];
  const played = together('limited', cases);

  function expectDeferred(jobs: readonly StoredJob[]): void {
    const deferred = jobs.filter((job) => job.outcome === 'deferred');
    expect(deferred).toHaveLength(1);
    expect(deferred[0]?.seconds).toBeGreaterThanOrEqual(2);
    expect(deferred[0]?.seconds).toBeLessThanOrEqual(4);
    expect(jobs.filter((job) => job.retries > 0 || never(job))).toEqual([]);
  }

  it.each(cases)(
    'at $place ($what) puts the job off as long as GitHub says, and uses up no attempt',
    async (one) => {
      expectDeferred(await storyOf(played, one));
    },
  );

  it.each(['a token', 'the linked issues'] as const)('at %s does so too', async (place) => {
    const pull = await play();
    thread.github.faults.onRequest({ kind: 'rate_limit', resetSeconds: 2 }, places[place](pull));
    thread.github.deliveries.resume();
    await thread.settle();
    expectDeferred(await storyOf(new Map([[passing, pull]]), passing));
  });
});

describe('a refusal', () => {
  it.each<readonly [number, ErrorCode]>([
    [401, 'github_unauthorized'],
    [403, 'github_forbidden'],
    [422, 'github_invalid'],
  ])('%i is not tried again: the job waits for a person, who sends it back', async (status, code) => {
    const pull = await play();
    thread.github.faults.onRequest({ kind: 'status', status }, places['the pull request'](pull), 100);
    thread.github.deliveries.resume();
    await thread.settle();
    const dead = (await jobsOf(pull)).filter(never);
    expect(dead.length).toBeGreaterThan(0);
    expect(new Set(dead.map((job) => job.code))).toEqual(new Set([code]));
    expect((await jobsOf(pull)).filter((job) => job.retries > 0)).toEqual([]);

    thread.github.faults.clear();
    const env = thread.product.environment;
    for (const { id } of dead) {
      const answer = await mendloop(['jobs', 'requeue', id], { env });
      expect(answer.status, answer.stderr).toBe(0);
    }
    await thread.settle();
    expect((await readyInstance(thread.database.db, pull.instanceId)).status).toBe('ready');
  });

  it('of a git that refuses for good ends as a dead job that names it', async () => {
    const pull = await play();
    thread.github.faults.onRequest({ kind: 'status', status: 403 }, places['the refs of git'](pull), 1000);
    thread.github.deliveries.resume();
    await thread.settle();
    thread.github.faults.clear();
    const dead = (await jobsOf(pull)).filter(never);
    expect(new Set(dead.map((job) => job.code))).toEqual(new Set(['git_unreachable']));
  });
});

describe('the work of another repository', () => {
  it('goes on while a request hangs, and the request is given up and made again', async () => {
    const [hanging, ...others] = await playAll(['hanging', 'other-1', 'other-2', 'other-3', 'other-4']);
    if (!hanging) throw new Error('nothing was played');
    thread.github.faults.onRequest({ kind: 'hang' }, places['the pull request'](hanging));
    thread.github.deliveries.resume();
    // A job that is done, but not yet noted as done, would hold up those of its repository that come later.
    for (const other of others) {
      await until(async () => (await statusOf(other.instanceId)) === 'ready');
      await until(async () => (await jobsOf(other)).every((job) => job.state === 'completed'));
    }
    expect(await statusOf(hanging.instanceId)).toBeNull();
    expect((await jobsOf(hanging)).some((job) => job.state === 'active')).toBe(true);
    await thread.settle();
    expect(await statusOf(hanging.instanceId)).toBe('ready');
  });

  it('goes on while a limit puts a job off', async () => {
    const [waiting, other] = await playTwo('waiting');
    const limit: RequestFault = { kind: 'secondary_limit', retryAfterSeconds: 6 };
    thread.github.faults.onRequest(limit, places['the pull request'](waiting), 3);
    thread.github.deliveries.resume();
    await until(async () => (await statusOf(other.instanceId)) === 'ready');
    expect(await statusOf(waiting.instanceId)).not.toBe('ready');
    await thread.settle();
    expect(await statusOf(waiting.instanceId)).toBe('ready');
  });
});

async function playTwo(name: string): Promise<[Played, Played]> {
  const [first, second] = await playAll([name, `${name}-other`]);
  if (!first || !second) throw new Error('nothing was played');
  return [first, second];
}

async function statusOf(instance_id: string): Promise<string | null> {
  const row = await thread.database.db
    .selectFrom('instance')
    .select('status')
    .where('instance_id', '=', instance_id)
    .executeTakeFirst();
  return row?.status ?? null;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
