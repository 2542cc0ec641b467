import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RejectionReason } from '../../src/domain/rejection.ts';
import type { SampleRepository } from '../../src/git/sample-repository.test-support.ts';
import { startThread, type Thread } from '../support/thread.ts';
import {
  baseFiles,
  fixFiles,
  type Library,
  library,
  minutes,
  type Proposal,
  propose,
  report,
} from './library.ts';
import { jobRows, readyInstance, rejectionOf } from './stored.ts';

type Files = Parameters<SampleRepository['commit']>[0];

let thread: Thread;

beforeAll(async () => {
  thread = await startThread({ environment: { DENY_REPOSITORIES: 'octo-org/denied' } });
  for (const account of ['octo-org', 'pallets']) {
    thread.github.install({ appId: thread.appId, account, repositories: 'all' });
  }
  await thread.settle();
});

afterAll(() => thread[Symbol.asyncDispose]());

async function repository(name: string, owner = 'octo-org'): Promise<Library> {
  const made = await library(thread.github, name, {
    owner,
    files: { ...baseFiles, 'package-lock.json': '{}\n', Makefile: 'all:\n\techo\n' },
  });
  await thread.settle();
  return made;
}

async function mergeLinked(made: Library, proposal: Proposal): Promise<number> {
  const pull = await propose(made, { body: `Fixes #${report(made)}`, ...proposal });
  await thread.github.mergePull({ repo: made.repo, number: pull, at: minutes(120) });
  return pull;
}

async function reason(made: Library, pull: number): Promise<string | null> {
  await thread.settle();
  return rejectionOf(thread.database.db, `${made.repo.replace('/', '__')}-${pull}`);
}

/** Takes a commit out of the loopback GitHub, as its garbage collection would. */
function forget(made: Library, refs: readonly string[]): void {
  const dir = thread.github.gitDir(made.repo);
  for (const ref of refs) execFileSync('git', ['update-ref', '-d', ref], { cwd: dir });
  execFileSync('git', ['reflog', 'expire', '--expire=now', '--all'], { cwd: dir });
  execFileSync('git', ['repack', '-adq'], { cwd: dir });
  execFileSync('git', ['prune', '--expire=now'], { cwd: dir });
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => `export const n${at} = ${at};\n`).join('');

describe('a merged pull request is rejected', () => {
  it.each<readonly [RejectionReason, Files]>([
    ['lock_files_only', { 'package-lock.json': '{ "lockfileVersion": 3 }\n' }],
    ['version_bump_only', { 'package.json': baseFiles['package.json'].replace('1.2.0', '1.2.1') }],
    ['packaging_only', { Makefile: 'all:\n\techo done\n' }],
    ['no_source_change', { 'README.md': '# counter\n\nMore words.\n', 'test/more.test.js': 'export {};\n' }],
    ['oversize', { 'src/large.js': lines(10_001) }],
    ['empty', {}],
  ])('as %s', async (expected, files) => {
    using made = await repository(expected.replaceAll('_', '-'));
    const pull = await mergeLinked(made, { head: made.branch('fix', files) });
    expect(await reason(made, pull)).toBe(expected);
  });

  it.each<readonly [string, Partial<Proposal>]>([
    ['its author', { author: { login: 'octo-helper[bot]', type: 'Bot' } }],
    ['its title', { title: 'Bump left-pad from 1.0.0 to 1.0.1' }],
  ])('as bot because of %s', async (field, proposal) => {
    using made = await repository(`bot-${field.replace(' ', '-')}`);
    const pull = await mergeLinked(made, { head: made.branch('fix', fixFiles), ...proposal });
    expect(await reason(made, pull)).toBe('bot');
  });

  it('as no_issue', async () => {
    using made = await repository('no-issue');
    const pull = await mergeLinked(made, {
      head: made.branch('fix', fixFiles),
      body: 'Nobody asked for it.',
    });
    expect(await reason(made, pull)).toBe('no_issue');
  });

  it.each([
    ['the name is a benchmark', 'flask', 'pallets'],
    ['the operator denies it', 'denied', 'octo-org'],
  ])('as denied_repository when %s', async (_why, name, owner) => {
    using made = await repository(name, owner);
    const pull = await mergeLinked(made, { head: made.branch('fix', fixFiles) });
    expect(await reason(made, pull)).toBe('denied_repository');
  });

  it('as denied_repository when it is a fork of a benchmark', async () => {
    using made = await library(thread.github, 'requests', { owner: 'psf' });
    const { repo } = await thread.github.forkRepository({
      repo: made.repo,
      owner: 'octo-fork',
      name: 'asks',
    });
    thread.github.install({ appId: thread.appId, account: 'octo-fork', repositories: 'all' });
    await thread.settle();
    const fork = { ...made, repo, [Symbol.dispose]: () => undefined };
    const pull = await mergeLinked(fork, { head: made.branch('fix', fixFiles) });
    expect(await reason(fork, pull)).toBe('denied_repository');
  });

  it('as head_missing when its head is gone', async () => {
    using made = await repository('head-gone');
    const head = made.branch('fix', fixFiles);
    thread.github.deliveries.pause();
    const pull = await propose(made, { head, body: `Fixes #${report(made)}` });
    await thread.github.mergePull({ repo: made.repo, number: pull, method: 'squash', at: minutes(120) });
    forget(made, ['refs/heads/fix', `refs/pull/${pull}/head`]);
    thread.github.deliveries.resume();
    expect(await reason(made, pull)).toBe('head_missing');
  });

  it('as base_missing when its base shares no history with it any more', async () => {
    using made = await repository('base-lost');
    const head = made.branch('fix', fixFiles);
    await thread.github.pushBranch({ repo: made.repo, branch: '1.x', sha: made.base });
    const aside = made.branch('aside', { 'src/aside.js': 'export {};\n' });
    const fromGit = made.sample.gitDirectory;
    await thread.github.pushBranch({ repo: made.repo, branch: '1.x', sha: aside, fromGit });
    thread.github.deliveries.pause();
    const pull = await propose(made, { head, body: `Fixes #${report(made)}`, base: '1.x' });
    await thread.github.mergePull({ repo: made.repo, number: pull, method: 'squash', at: minutes(120) });
    forget(made, ['refs/heads/1.x']);
    thread.github.deliveries.resume();
    expect(await reason(made, pull)).toBe('base_missing');
  });

  it('as pull_missing when GitHub says merged and then does not know it', async () => {
    using made = await repository('pull-gone');
    thread.github.deliveries.pause();
    const pull = await mergeLinked(made, { head: made.branch('fix', fixFiles) });
    thread.github.faults.onRequest(
      { kind: 'status', status: 404 },
      { path: new RegExp(`/pulls/${pull}$`) },
      20,
    );
    thread.github.deliveries.resume();
    const found = await reason(made, pull);
    thread.github.faults.clear();
    expect(found).toBe('pull_missing');
  });
});

describe('a rejection', () => {
  it('gives way when the pull request is told of its issue afterwards', async () => {
    using made = await repository('second-thoughts');
    const { repo } = made;
    const issue = report(made);
    const pull = await mergeLinked(made, { head: made.branch('fix', fixFiles), body: 'To be described.' });
    expect(await reason(made, pull)).toBe('no_issue');
    const at = minutes(200);
    thread.github.editPull({ repo, number: pull, body: `Fixes #${issue}`, actor: 'octo-dev', at });
    expect(await reason(made, pull)).toBeNull();
    const { body } = await readyInstance(thread.database.db, `octo-org__second-thoughts-${pull}`);
    expect(body.linked_issues).toEqual([issue]);
  });

  it('is not made of a pull request that was closed without a merge', async () => {
    using made = await repository('closed');
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${report(made)}` });
    thread.github.closePull({ repo: made.repo, number: pull, actor: 'octo-dev', at: minutes(120) });
    expect(await reason(made, pull)).toBeNull();
    const jobs = await jobRows(thread.database.db);
    expect(jobs.filter((job) => job.outcome === 'observed').length).toBeGreaterThan(0);
  });
});
