import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git } from '../git/run.ts';
import { commitFiles, gitClient, mintToken, rehearse, type Rehearsal } from '../rehearsal.ts';

function address(stage: Rehearsal, token?: string, name = 'octo-org/lib'): string {
  const url = new URL(`${stage.github.url}/${name}.git`);
  if (token !== undefined) Object.assign(url, { username: 'x-access-token', password: token });
  return url.href;
}

function manyBranches(count: number): string {
  const who = 'committer octo-dev <octo-dev@localhost> 1704067200 +0000';
  const one = (branch: number): string =>
    `commit refs/heads/many/${branch}\n${who}\ndata 1\n${branch % 10}\nfrom refs/heads/fix^0\n\n`;
  return Array.from({ length: count }, (_, branch) => one(branch)).join('');
}

test('anyone clones a public repository, a private one asks for credentials', async () => {
  await using stage = await rehearse();
  const target = join(stage.folder, 'clone');
  await gitClient(stage.folder, 'clone', '--quiet', address(stage), target);
  expect(await gitClient(target, 'rev-parse', 'HEAD')).toBe(stage.base);
  stage.github.privatizeRepository({ repo: 'octo-org/lib' });
  await expect(gitClient(target, 'fetch', '--quiet')).rejects.toThrow('fatal:');
  expect(stage.github.requests.where({ kind: 'git' }).at(-1)).toMatchObject({ status: 401 });
});

test('a token fetches with contents:read and pushes with contents:write only', async () => {
  await using stage = await rehearse({ private: true, permissions: { contents: 'write', issues: 'read' } });
  const target = join(stage.folder, 'clone');
  const reader = await mintToken(stage, { permissions: { contents: 'read' } });
  await gitClient(stage.folder, 'clone', '--quiet', address(stage, reader), target);
  const tip = await commitFiles(target, 'Pushed', { 'pushed.txt': 'x\n' });
  await expect(gitClient(target, 'push', '--quiet', 'origin', 'HEAD:refs/heads/topic')).rejects.toThrow(
    'fatal:',
  );
  const outsider = await mintToken(stage, { permissions: { issues: 'read' } });
  await expect(gitClient(target, 'fetch', '--quiet', address(stage, outsider))).rejects.toThrow('fatal:');
  const writer = await mintToken(stage, { permissions: { contents: 'write' } });
  await gitClient(target, 'push', '--quiet', address(stage, writer), 'HEAD:refs/heads/topic');
  await stage.github.deliveries.settled();
  const push = stage.receiver.heard.find(({ event }) => event === 'push');
  expect(push?.payload).toMatchObject({ after: tip, created: true, sender: { login: 'mendloop[bot]' } });
  expect(stage.receiver.heard.map(({ event }) => event)).toContain('create');
});

test('a large push and a repository of many branches travel gzipped and chunked', async () => {
  await using stage = await rehearse({ permissions: { contents: 'write' } });
  const { source } = stage;
  const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 251)).toString(
    'base64',
  );
  await commitFiles(source, 'Large', { 'large.txt': noise });
  await git(source, ['fast-import', '--quiet'], { input: manyBranches(120) });
  const url = address(stage, await mintToken(stage));
  await gitClient(source, 'push', '--quiet', url, 'refs/heads/many/*:refs/heads/many/*');
  const target = join(stage.folder, 'clone');
  await gitClient(stage.folder, 'clone', '--quiet', '--bare', url, target);
  expect((await gitClient(target, 'branch', '--list', 'many/*')).split('\n')).toHaveLength(120);
});

test('a bare mirror fetches pull request heads without blobs, and single commits by their hash', async () => {
  await using stage = await rehearse();
  const { github } = stage;
  const { repo: fork } = await github.forkRepository({ repo: 'octo-org/lib', owner: 'octo-dev' });
  await github.pushBranch({ repo: fork, branch: 'fix', sha: stage.second, fromGit: stage.source });
  const { number } = await github.openPull({
    repo: 'octo-org/lib',
    head: { repo: fork, branch: 'fix' },
    title: 'Fix',
    author: 'octo-dev',
  });
  await github.deleteRepository({ repo: fork });
  const mirror = join(stage.folder, 'mirror');
  await gitClient(stage.folder, 'clone', '--quiet', '--bare', '--filter=blob:none', address(stage), mirror);
  await gitClient(mirror, 'fetch', '--quiet', 'origin', `+refs/pull/${number}/head:refs/pull/${number}/head`);
  expect(await gitClient(mirror, 'rev-parse', `refs/pull/${number}/head`)).toBe(stage.second);
  expect(await gitClient(mirror, 'show', `${stage.second}:src/sum.js`)).toContain('let B;');
  await gitClient(mirror, 'fetch', '--quiet', 'origin', stage.first);
});

test('a fork outlives the repository that it came from', async () => {
  await using stage = await rehearse();
  const { repo: fork } = await stage.github.forkRepository({ repo: 'octo-org/lib', owner: 'octo-dev' });
  await stage.github.deleteRepository({ repo: 'octo-org/lib' });
  const target = join(stage.folder, 'clone');
  await gitClient(stage.folder, 'clone', '--quiet', address(stage, undefined, fork), target);
  expect(await gitClient(target, 'rev-parse', 'HEAD')).toBe(stage.base);
});

test('refs of pull requests cannot be pushed to', async () => {
  await using stage = await rehearse({ permissions: { contents: 'write' } });
  const url = address(stage, await mintToken(stage));
  await expect(gitClient(stage.source, 'push', '--quiet', url, 'fix:refs/pull/9/head')).rejects.toThrow(
    'deny updating a hidden ref',
  );
});

test('an old name leads to the new one', async () => {
  await using stage = await rehearse();
  stage.github.renameRepository({ repo: 'octo-org/lib', name: 'library' });
  const target = join(stage.folder, 'clone');
  await gitClient(stage.folder, 'clone', '--quiet', address(stage), target);
  expect(await gitClient(target, 'rev-parse', 'HEAD')).toBe(stage.base);
});

test('a transfer that is cut off fails at the client and the next one works', async () => {
  await using stage = await rehearse();
  stage.github.faults.onRequest({ kind: 'cut', afterBytes: 100 }, { path: 'git-upload-pack' });
  const target = join(stage.folder, 'clone');
  await expect(gitClient(stage.folder, 'clone', '--quiet', address(stage), target)).rejects.toThrow('fatal:');
  stage.github.faults.clear();
  await gitClient(stage.folder, 'clone', '--quiet', address(stage), target);
});
