import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../demo/github/http/request-log.ts';
import { type AppManifest, readAppManifest } from '../../src/config/app-manifest.ts';
import type { Permissions } from '../../src/domain/permissions.ts';
import { tokenGrants } from '../../src/main/wiring/stages.ts';
import { mendloop } from '../cli/mendloop.ts';
import { startThread, type Thread } from '../support/thread.ts';
import { type Connections, watchConnections } from './connections.ts';
import { fixFiles, type Library, library, minutes, propose, report } from './library.ts';
import { deliver, mergedPayload } from './signed.ts';
import { deadCodes, jobRows, readyInstance } from './stored.ts';

const needed = ['contents', 'issues', 'metadata', 'pull_requests'] as const;

let manifest: AppManifest;

beforeAll(async () => {
  manifest = await readAppManifest();
});

async function playFix(thread: Thread, made: Library): Promise<{ number: number; head: string }> {
  const head = made.branch('fix', fixFiles);
  const issue = report(made);
  const number = await propose(made, { head, body: `Fixes #${issue}` });
  await thread.github.mergePull({ repo: made.repo, number, at: minutes(120) });
  return { number, head };
}

describe('app.yml', () => {
  it('asks for what collecting needs, all of it to read only, and never for workflows', () => {
    expect(Object.keys(manifest.default_permissions).sort()).toEqual([...needed]);
    expect(new Set(Object.values(manifest.default_permissions))).toEqual(new Set(['read']));
  });

  it.each(needed)('needs %s: without it collecting fails visibly', async (permission) => {
    expect(manifest.default_permissions).toHaveProperty(permission, 'read');
    const { [permission]: _left, ...permissions } = manifest.default_permissions;
    await using thread = await startThread({ permissions });
    using made = await library(thread.github, 'counter');
    const { installationId } = thread.github.install({
      appId: thread.appId,
      account: 'octo-org',
      repositories: 'all',
      permissions,
    });
    await thread.settle();
    const { number, head } = await playFix(thread, made);
    const repositoryId = Number(/(\d+)\.git$/.exec(thread.github.gitDir(made.repo))?.[1]);
    const merged = { installationId, repositoryId, repo: made.repo, number, head, base: made.base };
    expect(await deliver(thread, 'pull_request', mergedPayload(merged))).toBe(200);
    await thread.settle();
    expect(new Set(await deadCodes(thread.database.db))).toEqual(new Set(['github_forbidden']));
    await expect(readyInstance(thread.database.db, `octo-org__counter-${number}`)).rejects.toThrow();
  });
});

describe('with app.yml as it is', () => {
  let thread: Thread;
  let connections: Connections;
  let pulls: readonly string[];

  beforeAll(async () => {
    connections = watchConnections();
    thread = await startThread();
    thread.github.install({ appId: thread.appId, account: 'octo-org', repositories: 'all' });
    using open = await library(thread.github, 'open');
    using closed = await library(thread.github, 'closed', { private: true });
    await thread.settle();
    const { environment } = thread.product;
    const raised = await mendloop(['consent', 'set', closed.repo, 'train'], { env: environment });
    expect(raised.status, raised.stderr).toBe(0);
    pulls = [
      `octo-org__open-${(await playFix(thread, open)).number}`,
      `octo-org__closed-${(await playFix(thread, closed)).number}`,
    ];
    await thread.settle();
  });

  afterAll(async () => {
    connections[Symbol.dispose]();
    await thread[Symbol.asyncDispose]();
  });

  const requests = (): readonly RequestRecord[] => thread.github.requests.all;
  const declaredFor = (job: string | null): Permissions => {
    if (job === null || !Object.hasOwn(tokenGrants, job)) throw new Error(`a request names the job ${job}`);
    return { metadata: 'read', ...tokenGrants[job]?.installation };
  };
  const byToken = () => requests().filter((request) => request.caller === 'installation');

  it('everything is collected, of a public and of a private repository', async () => {
    for (const id of pulls) expect((await readyInstance(thread.database.db, id)).status).toBe('ready');
    expect(await deadCodes(thread.database.db)).toEqual([]);
    const failed = (await jobRows(thread.database.db)).filter((job) => job.state !== 'completed');
    expect(failed).toEqual([]);
  });

  it('every request says which kind of job it is for', () => {
    expect(requests().length).toBeGreaterThan(20);
    expect(
      requests().filter((request) => request.job === null || !Object.hasOwn(tokenGrants, request.job)),
    ).toEqual([]);
  });

  it('no request has a token with a permission that its kind of job does not declare', () => {
    expect(byToken().length).toBeGreaterThan(10);
    for (const { job, permissions } of byToken()) {
      expect(Object.entries(declaredFor(job))).toEqual(
        expect.arrayContaining(Object.entries(permissions ?? { nothing: 'known' })),
      );
    }
  });

  it('no route needs a permission that the kind of job does not declare', () => {
    for (const { job, needed: wants } of byToken()) {
      const declared = Object.entries(declaredFor(job)).map(([name, level]) => `${name}:${level}`);
      for (const want of wants) {
        expect(
          want.split('|').some((one) => declared.includes(one)),
          `${job} ${want}`,
        ).toBe(true);
      }
    }
  });

  it('no permission is declared that no request of its kind of job needs', () => {
    for (const kind of ['collect.pull', 'collect.issue'] as const) {
      const wants = new Set(
        byToken()
          .filter(({ job }) => job === kind)
          .flatMap((request) => request.needed),
      );
      const declared = Object.keys(tokenGrants[kind]?.installation ?? {}).filter(
        (name) => name !== 'metadata',
      );
      for (const name of declared) {
        expect(
          [...wants].some((want) => want.split('|').includes(`${name}:read`)),
          `${kind} ${name}`,
        ).toBe(true);
      }
    }
  });

  it('every token is minted for what its kind declares, and for one repository where there is one', () => {
    const { mints } = thread.github;
    expect(mints.length).toBeGreaterThan(2);
    for (const { job, granted, repositoryIds } of mints) {
      expect(granted).toEqual(declaredFor(job));
      expect(repositoryIds?.length ?? null).toBe(job === 'installation.sync' ? null : 1);
    }
  });

  it('nothing is written: every request reads, but for tokens, queries and git', () => {
    const writing = requests().filter((request) => !['GET', 'HEAD'].includes(request.method));
    const posts = /\/(access_tokens|graphql|git-upload-pack|attempts)$/;
    expect(writing.filter((request) => request.method !== 'POST' || !posts.test(request.path))).toEqual([]);
  });

  it('no request goes to another host', () => {
    const ours = [thread.github.url, thread.url, thread.database.url].map(
      (url) => `127.0.0.1:${new URL(url).port}`,
    );
    expect(connections.opened.size).toBeGreaterThan(0);
    expect([...connections.opened].filter((address) => !ours.includes(address))).toEqual([]);
  });

  it("every request and every answer fits GitHub's description", () => {
    expect(thread.github.violations).toEqual([]);
  });
});
