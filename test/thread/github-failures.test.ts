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

interface Played extends Disposable {
  readonly name: string;
  readonly repo: string;
  readonly number: number;
  readonly instanceId: string;
}

/** A repository with a merged pull request of which nothing has been delivered yet. */
async function played(): Promise<Played> {
  count += 1;
  const name = `failing-${count}`;
  const made: Library = await library(thread.github, name);
  await thread.settle();
  thread.github.deliveries.pause();
  const head = made.branch('fix', fixFiles);
  const number = await propose(made, { head, body: `Fixes #${report(made)}` });
  await thread.github.mergePull({ repo: made.repo, number, at: minutes(120) });
  const instanceId = `octo-org__${name}-${number}`;
  return { name, repo: made.repo, number, instanceId, [Symbol.dispose]: made[Symbol.dispose] };
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
  'the linked issues': () => ({ method: 'POST', path: '/api/graphql' }),
  'a token': () => ({ method: 'POST', path: '/access_tokens' }),
  'the refs of git': ({ name }: Played) => ({ method: 'GET', path: `/${name}.git/info/refs` }),
  'the objects of git': ({ name }: Played) => ({ method: 'POST', path: `/${name}.git/git-upload-pack` }),
} satisfies Record<string, (pull: Played) => RequestFilter>;
type Place = keyof typeof places;

async function jobsOf({ repo }: Played): Promise<StoredJob[]> {
  const repository = Number(/(\d+)\.git$/.exec(thread.github.gitDir(repo))?.[1]);
  return (await jobRows(thread.database.db)).filter((job) => job.repository_id === repository);
}

async function suffer(pull: Played, fault: RequestFault, place: Place): Promise<StoredJob[]> {
  thread.github.faults.onRequest(fault, places[place](pull));
  thread.github.deliveries.resume();
  await thread.settle();
  return jobsOf(pull);
}

const never = (job: StoredJob): boolean => job.queue === 'dead';

describe('a failure that passes', () => {
  const cut: RequestFault = { kind: 'cut', afterBytes: 60 };
  it.each<readonly [string, RequestFault, Place]>([
    ['500', { kind: 'status', status: 500 }, 'the pull request'],
    ['502', { kind: 'status', status: 502 }, 'the issue'],
    ['503', { kind: 'status', status: 503 }, 'the linked issues'],
    ['504', { kind: 'status', status: 504 }, 'a token'],
    ['a reset', { kind: 'reset' }, 'the pull request'],
    ['a reset', { kind: 'reset' }, 'a token'],
    ['a cut answer', cut, 'the pull request'],
    ['a cut answer', cut, 'a timeline'],
    ['500', { kind: 'status', status: 500 }, 'the refs of git'],
    ['403', { kind: 'status', status: 403 }, 'the refs of git'],
    ['a reset', { kind: 'reset' }, 'the refs of git'],
    ['a cut transfer', cut, 'the refs of git'],
    ['a cut transfer', cut, 'the objects of git'],
    ['502', { kind: 'status', status: 502 }, 'the objects of git'],
  ])('%s (%#) is tried again, and nothing is lost', async (_name, fault, place) => {
    using pull = await played();
    const jobs = await suffer(pull, fault, place);
    expect(jobs.filter(never)).toEqual([]);
    expect(jobs.some((job) => job.retries > 0)).toBe(true);
    expect((await readyInstance(thread.database.db, pull.instanceId)).status).toBe('ready');
  });
});

describe('a limit', () => {
  it.each<readonly [string, RequestFault, Place]>([
    ['rate limit', { kind: 'rate_limit', resetSeconds: 2 }, 'the pull request'],
    ['rate limit', { kind: 'rate_limit', resetSeconds: 2 }, 'a token'],
    ['rate limit', { kind: 'rate_limit', resetSeconds: 2 }, 'the linked issues'],
    ['secondary limit (403)', { kind: 'secondary_limit', retryAfterSeconds: 2 }, 'the pull request'],
    ['secondary limit (429)', { kind: 'secondary_limit', retryAfterSeconds: 2, status: 429 }, 'a timeline'],
  ])(
    '%s (%#) puts the job off for as long as GitHub says, without using up an attempt',
    async (_name, fault, place) => {
      using pull = await played();
      const jobs = await suffer(pull, fault, place);
      const deferred = jobs.filter((job) => job.outcome === 'deferred');
      expect(deferred).toHaveLength(1);
      expect(deferred[0]?.seconds).toBeGreaterThanOrEqual(2);
      expect(deferred[0]?.seconds).toBeLessThanOrEqual(4);
      expect(jobs.filter((job) => job.retries > 0 || never(job))).toEqual([]);
      expect((await readyInstance(thread.database.db, pull.instanceId)).status).toBe('ready');
    },
  );
});

describe('a refusal', () => {
  it.each<readonly [number, ErrorCode]>([
    [401, 'github_unauthorized'],
    [403, 'github_forbidden'],
    [422, 'github_invalid'],
    [451, 'github_forbidden'],
  ])('%i is not tried again: the job waits for a person, who sends it back', async (status, code) => {
    using pull = await played();
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
    using pull = await played();
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
    using hanging = await played();
    using other = await played();
    thread.github.faults.onRequest({ kind: 'hang' }, places['the pull request'](hanging));
    thread.github.deliveries.resume();
    await until(async () => (await statusOf(other.instanceId)) === 'ready');
    expect(await statusOf(hanging.instanceId)).toBeNull();
    expect((await jobsOf(hanging)).some((job) => job.state === 'active')).toBe(true);
    await thread.settle();
    expect(await statusOf(hanging.instanceId)).toBe('ready');
  });

  it('goes on while a limit puts a job off', async () => {
    using waiting = await played();
    using other = await played();
    const limit: RequestFault = { kind: 'secondary_limit', retryAfterSeconds: 6 };
    thread.github.faults.onRequest(limit, places['the pull request'](waiting), 3);
    thread.github.deliveries.resume();
    await until(async () => (await statusOf(other.instanceId)) === 'ready');
    expect(await statusOf(waiting.instanceId)).not.toBe('ready');
    await thread.settle();
    expect(await statusOf(waiting.instanceId)).toBe('ready');
  });
});

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
