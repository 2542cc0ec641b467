import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sha } from '../domain/ids.ts';
import { removeStaleLocks } from './locks.ts';
import { type Mirror, openMirror } from './mirror.ts';
import {
  sampleEnvironment,
  type SampleRepository,
  sampleRepository,
} from './sample-repository.test-support.ts';
import { type SampleServer, sampleServer } from './sample-server.test-support.ts';

const absent = 'deadbeef'.repeat(5) as Sha;
const megabyte = 1024 ** 2;
const token = 'canary-token';

interface Opening {
  readonly url?: string;
  readonly token?: string | null;
  readonly dir?: string;
  readonly signal?: AbortSignal;
  readonly stallSeconds?: number;
}

async function open(sample: SampleRepository, server: SampleServer, opening: Opening = {}): Promise<Mirror> {
  return openMirror({
    dir: opening.dir ?? join(sample.root, 'mirrors', '1.git'),
    url: opening.url ?? `${server.url}/.git`,
    token: async () => opening.token ?? null,
    stallSeconds: opening.stallSeconds ?? 30,
    environment: sampleEnvironment,
    signal: opening.signal,
  });
}

function contentRequests(server: SampleServer): number {
  return server.requests.filter(({ method }) => method === 'POST').length;
}

describe('fetchCommits', () => {
  it('answers each name, with null for what the remote does not have', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'a.py': '1\n' });
    const head = sample.commit({ 'a.py': '2\n' });
    sample.git('update-ref', 'refs/pull/7/head', head);
    await using server = await sampleServer({ root: sample.workTree });
    const mirror = await open(sample, server);

    const fetched = await mirror.fetchCommits(['refs/pull/7/head', base, absent, 'refs/pull/8/head']);

    expect([...fetched]).toEqual([
      ['refs/pull/7/head', head],
      [base, base],
      [absent, null],
      ['refs/pull/8/head', null],
    ]);
  });

  it('keeps a head that was force-pushed away, through a garbage collection, and asks for it only once', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'a.py': '1\n' });
    const first = sample.commit({ 'a.py': '2\n' });
    sample.git('update-ref', 'refs/pull/7/head', first);
    await using server = await sampleServer({ root: sample.workTree });
    const mirror = await open(sample, server);
    await mirror.fetchCommits(['refs/pull/7/head']);
    await mirror.changes(base, first);
    sample.git('reset', '--quiet', '--hard', base);
    const second = sample.commit({ 'a.py': '3\n' });
    sample.git('update-ref', 'refs/pull/7/head', second);
    sample.git('reflog', 'expire', '--expire=now', '--all');
    sample.git('gc', '--quiet', '--prune=now');

    const fetched = await mirror.fetchCommits(['refs/pull/7/head']);
    await mirror.tidy();
    sample.git('--git-dir', mirror.directory, 'gc', '--quiet', '--prune=now');
    const requests = server.requests.length;
    const again = await mirror.fetchCommits([first, second]);

    expect(fetched.get('refs/pull/7/head')).toBe(second);
    expect([...again.values()]).toEqual([first, second]);
    expect(server.requests).toHaveLength(requests);
    expect((await mirror.diff(base, first, { maximumBytes: megabyte }))?.toString()).toContain('+2\n');
  });

  it('fetches files when they are read, all in one request', async () => {
    using sample = sampleRepository();
    const names = Array.from({ length: 30 }, (_, at) => `file-${at}.py`);
    const base = sample.commit(
      Object.fromEntries([...names, 'unread.py'].map((name) => [name, `${name} one\n`])),
    );
    const head = sample.commit(Object.fromEntries(names.map((name) => [name, `${name} two\n`])));
    await using server = await sampleServer({ root: sample.workTree });
    const mirror = await open(sample, server);
    await mirror.fetchCommits(['refs/heads/main']);
    const before = contentRequests(server);

    await mirror.changes(base, head);
    const afterChanges = contentRequests(server);
    await mirror.diff(base, head, { paths: names, maximumBytes: megabyte });
    const contents = await mirror.readFiles(base, names, megabyte);
    const objects = sample.git(
      '--git-dir',
      mirror.directory,
      'cat-file',
      '--batch-all-objects',
      '--batch-check',
    );

    // One to list what the server can do, one for the files.
    expect(afterChanges - before).toBeLessThanOrEqual(2);
    expect(contentRequests(server)).toBe(afterChanges);
    expect(contents.get('file-3.py')?.toString()).toBe('file-3.py one\n');
    expect(objects.match(/ blob /g)).toHaveLength(60);
  });

  it('reads many files at a commit in one request', async () => {
    using sample = sampleRepository();
    const names = Array.from({ length: 300 }, (_, at) => `file\n${at}.py`);
    const head = sample.commit(Object.fromEntries(names.map((name) => [name, name])));
    await using server = await sampleServer({ root: sample.workTree });
    const mirror = await open(sample, server);
    await mirror.fetchCommits([head]);
    const before = contentRequests(server);

    const contents = await mirror.readFiles(head, names, megabyte);

    expect([...contents.values()].every((content) => content?.toString().startsWith('file\n'))).toBe(true);
    expect(contentRequests(server) - before).toBeLessThanOrEqual(2);
  });

  it('works beside others that use the same mirror', async () => {
    using sample = sampleRepository();
    const heads: Sha[] = [];
    for (let at = 0; at < 8; at++) heads.push(sample.commit({ [`file-${at}.py`]: `${at}\n` }));
    await using server = await sampleServer({ root: sample.workTree });

    const all = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const mirror = await open(sample, server);
        const fetched = await mirror.fetchCommits([...heads, 'refs/heads/main']);
        return { fetched, changed: await mirror.changes(heads[0] as Sha, heads[7] as Sha) };
      }),
    );

    for (const { fetched, changed } of all) {
      expect([...fetched.values()]).toEqual([...heads, heads[7]]);
      expect(changed).toHaveLength(7);
    }
  });

  it('refuses names that are no full reference and no id', async () => {
    using sample = sampleRepository();
    await using server = await sampleServer({ root: sample.workTree });
    const mirror = await open(sample, server);

    for (const name of [
      '--upload-pack=x',
      'main',
      'refs/heads/*',
      'refs/heads/a b',
      'refs/../x',
      'refs/heads/a:b',
    ]) {
      await expect(mirror.fetchCommits([name])).rejects.toMatchObject({ code: 'input_invalid' });
    }
    expect(server.requests).toEqual([]);
  });
});

describe('access', () => {
  it('shows the token to the server and leaves it nowhere', async () => {
    using sample = sampleRepository();
    const head = sample.commit({ 'a.py': '1\n' });
    await using server = await sampleServer({ root: sample.workTree, token });
    const mirror = await open(sample, server, { token });

    const fetched = await mirror.fetchCommits([head]);

    expect(fetched.get(head)).toBe(head);
    expect(server.requests.some(({ authorization }) => authorization !== undefined)).toBe(true);
    expect(readFileSync(join(mirror.directory, 'config'), 'utf8')).not.toContain(token);
    expect(readFileSync(join(mirror.directory, 'config'), 'utf8')).not.toContain(server.url);
  });

  it('is refused without a token, and says so without naming the repository', async () => {
    using sample = sampleRepository();
    const head = sample.commit({ 'a.py': '1\n' });
    await using server = await sampleServer({ root: sample.workTree, token });
    const mirror = await open(sample, server);

    const refused = mirror.fetchCommits([head]);

    await expect(refused).rejects.toMatchObject({
      code: 'git_unreachable',
      message: 'git fetch ended with status 128: access was refused',
    });
  });

  it('follows no redirect, so the other host sees neither request nor token', async () => {
    using sample = sampleRepository();
    const head = sample.commit({ 'a.py': '1\n' });
    await using other = await sampleServer({ root: sample.workTree });
    await using server = await sampleServer({
      root: sample.workTree,
      intercept: (request, response) => {
        response.writeHead(301, { location: `${other.url}${request.url}` }).end();
        return true;
      },
    });
    const mirror = await open(sample, server, { token });

    await expect(mirror.fetchCommits([head])).rejects.toMatchObject({ code: 'git_unreachable' });
    expect(other.requests).toEqual([]);
  });

  it.each(['ext::sh -c x', 'ssh://git@example.com/o/r', 'file:///o/r', 'https://u:p@example.com/o/r', 'o/r'])(
    'refuses the address %s',
    async (url) => {
      using sample = sampleRepository();
      await using server = await sampleServer({ root: sample.workTree });

      await expect(open(sample, server, { url })).rejects.toMatchObject({ code: 'input_invalid' });
    },
  );
});

describe('trouble', () => {
  it('names a server that is gone, one that breaks off, and a repository that is not there', async () => {
    using sample = sampleRepository();
    const head = sample.commit({ 'a.py': '1\n' });
    const gone = await sampleServer({ root: sample.workTree });
    await gone[Symbol.asyncDispose]();
    await using broken = await sampleServer({
      root: sample.workTree,
      intercept: (request, response) => request.method === 'POST' && response.destroy() !== undefined,
    });
    await using server = await sampleServer({ root: sample.workTree });

    for (const url of [`${gone.url}/.git`, `${broken.url}/.git`, `${server.url}/nowhere`]) {
      const mirror = await open(sample, server, { url });
      await expect(mirror.fetchCommits([head])).rejects.toMatchObject({ code: 'git_unreachable' });
    }
  });

  it('gives up a server that stalls', async () => {
    using sample = sampleRepository();
    const head = sample.commit({ 'a.py': '1\n' });
    await using server = await sampleServer({ root: sample.workTree, intercept: () => true });
    const mirror = await open(sample, server, { stallSeconds: 1 });

    await expect(mirror.fetchCommits([head])).rejects.toMatchObject({ code: 'git_unreachable' });
  });

  it('is cancelled by its signal, before and during a fetch', async () => {
    using sample = sampleRepository();
    const head = sample.commit({ 'a.py': '1\n' });
    const controller = new AbortController();
    await using server = await sampleServer({
      root: sample.workTree,
      intercept: () => {
        controller.abort();
        return true;
      },
    });
    const mirror = await open(sample, server, { signal: controller.signal });

    await expect(mirror.fetchCommits([head])).rejects.toMatchObject({ code: 'cancelled' });
    await expect(mirror.has(head)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says that git is not installed', async () => {
    using sample = sampleRepository();
    await using server = await sampleServer({ root: sample.workTree });
    const options = { url: `${server.url}/.git`, token: async () => null, stallSeconds: 1 };

    const opened = openMirror({
      ...options,
      dir: join(sample.root, 'm'),
      environment: sampleEnvironment,
      executable: 'no-such-git',
    });

    await expect(opened).rejects.toMatchObject({
      code: 'git_failed',
      message: 'git init could not be started',
    });
    expect(existsSync(join(sample.root, 'm'))).toBe(false);
  });

  it('goes on after a machine stopped in the middle of a write', async () => {
    using sample = sampleRepository();
    const head = sample.commit({ 'a.py': '1\n' });
    await using server = await sampleServer({ root: sample.workTree });
    const mirror = await open(sample, server);
    const left = join(mirror.directory, 'packed-refs.lock');
    writeFileSync(left, '');
    utimesSync(left, new Date(1_700_000_000_000), new Date(1_700_000_000_000));

    expect(await removeStaleLocks(mirror.directory, 1_600_000_000_000)).toBe(0);
    expect(await removeStaleLocks(mirror.directory, 1_800_000_000_000)).toBe(1);
    expect((await mirror.fetchCommits([head])).get(head)).toBe(head);
  });
});
