import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startThread, type Thread } from '../support/thread.ts';
import {
  baseFiles,
  firstTry,
  fixFiles,
  type Library,
  library,
  minutes,
  otherTry,
  propose,
  push,
  report,
} from './library.ts';
import { readyInstance, type StoredInstance } from './stored.ts';

let thread: Thread;

beforeAll(async () => {
  thread = await startThread();
  thread.github.install({ appId: thread.appId, account: 'octo-org', repositories: 'all' });
  await thread.settle();
});

afterAll(() => thread[Symbol.asyncDispose]());

async function repository(name: string, files?: Parameters<typeof library>[2]): Promise<Library> {
  const made = await library(thread.github, name, files);
  await thread.settle();
  return made;
}

type Method = 'merge' | 'squash' | 'rebase';

async function merge(made: Library, number: number, method: Method = 'merge'): Promise<void> {
  await thread.github.mergePull({ repo: made.repo, number, method, at: minutes(120) });
}

async function instance(made: Library, number: number): Promise<StoredInstance> {
  await thread.settle();
  return readyInstance(thread.database.db, `${made.repo.replace('/', '__')}-${number}`);
}

describe('a merged pull request', () => {
  it('becomes an instance with base, fix, issue, split patches, licence, version and an oracle reward of 1', async () => {
    using made = await repository('whole');
    const issue = report(made);
    const head = made.branch('fix', fixFiles);
    const pull = await propose(made, { head, body: `Fixes #${issue}` });
    await merge(made, pull);
    const { body, oracle_reward, candidates } = await instance(made, pull);
    expect(body).toMatchObject({
      instance_id: `octo-org__whole-${pull}`,
      repo: 'octo-org/whole',
      base_commit: made.base,
      fix_commit: head,
      version: '1.2.0',
      licence: 'MIT',
      consent: 'train',
      source_files: ['src/counter.js'],
      test_files: ['test/counter.test.js'],
      other_files: ['README.md'],
      languages: ['JavaScript'],
    });
    expect(body.problem_statement).toBe(
      'Empty words are counted\ncount(["a", ""]) gives 2, it should give 1.',
    );
    const diff = (...paths: string[]) => `${made.sample.git('diff', made.base, head, '--', ...paths)}\n`;
    expect(withoutIndex(body.patch)).toBe(withoutIndex(diff('src')));
    expect(withoutIndex(body.test_patch)).toBe(withoutIndex(diff('test')));
    expect(withoutIndex(body.other_patch)).toBe(withoutIndex(diff('README.md')));
    expect(body.context).toEqual([{ path: 'src/counter.js', text: baseFiles['src/counter.js'] }]);
    expect(body.oracle).toEqual([{ path: 'src/counter.js', text: fixFiles['src/counter.js'] }]);
    expect(oracle_reward).toMatchObject({ reward: 1, formula: 'paper/1' });
    expect(candidates).toEqual([]);
  });

  it.each<Method>(['merge', 'squash', 'rebase'])('has the same base and patch after a %s', async (method) => {
    using made = await repository(`by-${method}`);
    const issue = report(made);
    const middle = made.branch('fix', firstTry);
    const head = made.branch('fix', fixFiles, middle);
    const pull = await propose(made, { head, body: `Fixes #${issue}` });
    const aside = made.branch('main', { 'src/aside.js': 'export {};\n' });
    await thread.github.pushBranch({
      repo: made.repo,
      branch: 'main',
      sha: aside,
      fromGit: made.sample.gitDirectory,
      at: minutes(80),
    });
    await merge(made, pull, method);
    const { body } = await instance(made, pull);
    expect(body.base_commit).toBe(made.base);
    expect(body.fix_commit).toBe(head);
    expect(body.source_files).toEqual(['src/counter.js']);
  });

  it('is read where its branch is in a fork', async () => {
    using made = await repository('from-fork');
    const issue = report(made);
    const head = made.branch('fix', fixFiles);
    const pull = await propose(made, { head, fork: 'octo-dev', body: `Fixes #${issue}` });
    await merge(made, pull);
    expect((await instance(made, pull)).body.fix_commit).toBe(head);
  });

  it('is read where its fork is gone before anyone looks', async () => {
    using made = await repository('fork-gone');
    const issue = report(made);
    const head = made.branch('fix', fixFiles);
    thread.github.deliveries.pause();
    const pull = await propose(made, { head, fork: 'octo-gone', body: `Fixes #${issue}` });
    await merge(made, pull);
    await thread.github.deleteRepository({ repo: 'octo-gone/fork-gone' });
    thread.github.deliveries.resume();
    const { body } = await instance(made, pull);
    expect(body.fix_commit).toBe(head);
    expect(body.base_commit).toBe(made.base);
  });

  it('keeps its base where the base branch has moved on, or was rewritten, since', async () => {
    using made = await repository('base-moved');
    const issue = report(made);
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${issue}` });
    thread.github.deliveries.pause();
    await merge(made, pull);
    const rewritten = made.branch('main', { 'src/aside.js': 'export {};\n' });
    const fromGit = made.sample.gitDirectory;
    await thread.github.pushBranch({
      repo: made.repo,
      branch: 'main',
      sha: rewritten,
      fromGit,
      at: minutes(130),
    });
    thread.github.deliveries.resume();
    expect((await instance(made, pull)).body.base_commit).toBe(made.base);
  });

  it('keeps its base where the base branch was deleted', async () => {
    using made = await repository('base-gone');
    const issue = report(made);
    await thread.github.pushBranch({ repo: made.repo, branch: '1.x', sha: made.base, at: minutes(10) });
    const head = made.branch('fix', fixFiles);
    const pull = await propose(made, { head, body: `Fixes #${issue}`, base: '1.x' });
    thread.github.deliveries.pause();
    await merge(made, pull);
    await thread.github.deleteBranch({ repo: made.repo, branch: '1.x', at: minutes(130) });
    await thread.github.deleteBranch({ repo: made.repo, branch: 'fix', at: minutes(130) });
    thread.github.deliveries.resume();
    const { body } = await instance(made, pull);
    expect(body.base_commit).toBe(made.base);
    expect(body.fix_commit).toBe(head);
  });

  it('starts from what it merged into its branch on the way', async () => {
    using made = await repository('main-merged-in');
    const issue = report(made);
    const first = made.branch('fix', firstTry);
    const aside = made.branch('main', { 'src/aside.js': 'export {};\n' });
    const fromGit = made.sample.gitDirectory;
    const pull = await propose(made, { head: first, body: `Fixes #${issue}` });
    await thread.github.pushBranch({ repo: made.repo, branch: 'main', sha: aside, fromGit, at: minutes(65) });
    made.sample.git('checkout', '--quiet', 'fix');
    made.sample.git('merge', '--quiet', '--no-edit', 'main');
    const head = made.sample.commit(fixFiles);
    await push(made, pull, head);
    await merge(made, pull);
    const { body } = await instance(made, pull);
    expect(body.base_commit).toBe(aside);
    expect(body.source_files).toEqual(['src/counter.js']);
  });
});

describe('the candidates of an instance', () => {
  it('are the heads that were pushed before the last one, each with its label', async () => {
    using made = await repository('revisions');
    const issue = report(made);
    const first = made.branch('fix', firstTry);
    const pull = await propose(made, { head: first, body: `Fixes #${issue}` });
    await push(made, pull, made.branch('fix', fixFiles, first));
    await merge(made, pull);
    const { candidates } = await instance(made, pull);
    expect(candidates).toMatchObject([{ origin: 'pr_revision', source: first }]);
    const [candidate] = candidates;
    expect(candidate).toHaveProperty(['rewards', 'paper/1', 'reward'], expect.closeTo(0.9, 0));
  });

  it('are also heads that a force-push took out of the history', async () => {
    using made = await repository('forced');
    const issue = report(made);
    const lost = made.branch('fix', otherTry);
    const pull = await propose(made, { head: lost, body: `Fixes #${issue}` });
    await push(made, pull, made.branch('fix', fixFiles));
    await merge(made, pull);
    const { candidates } = await instance(made, pull);
    expect(candidates).toMatchObject([{ origin: 'pr_revision', source: lost }]);
  });

  it.each([
    ['before', 90],
    ['after', 150],
  ] as const)('are rival pull requests that close %s the merge', async (_when, closedAt) => {
    using made = await repository(`rival-${_when}`);
    const { repo } = made;
    const issue = report(made);
    const body = `Fixes #${issue}`;
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body });
    const rival = await propose(made, {
      head: made.branch('rival', otherTry),
      branch: 'rival',
      fork: 'octo-rival',
      body,
      author: 'octo-rival',
    });
    const close = () =>
      thread.github.closePull({ repo, number: rival, actor: 'octo-rival', at: minutes(closedAt) });
    if (closedAt < 120) close();
    await merge(made, pull);
    if (closedAt > 120) {
      expect((await instance(made, pull)).candidates).toEqual([]);
      close();
    }
    const { candidates } = await instance(made, pull);
    expect(candidates).toMatchObject([{ origin: 'rival_pr', source: `#${rival}` }]);
  });

  it('lose a rival that is opened again', async () => {
    using made = await repository('rival-back');
    const { repo } = made;
    const body = `Fixes #${report(made)}`;
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body });
    const rival = await propose(made, { head: made.branch('rival', otherTry), branch: 'rival', body });
    thread.github.closePull({ repo, number: rival, actor: 'octo-dev', at: minutes(90) });
    await merge(made, pull);
    expect((await instance(made, pull)).candidates).toHaveLength(1);
    thread.github.reopenPull({ repo, number: rival, actor: 'octo-dev', at: minutes(140) });
    expect((await instance(made, pull)).candidates).toEqual([]);
  });
});

describe('what an instance says', () => {
  it('has only hints that stood before the first commit, unchanged since', async () => {
    using made = await repository('hints');
    const { repo } = made;
    const issue = report(made);
    const say = (body: string, at: number) =>
      thread.github.commentIssue({ repo, number: issue, author: 'octo-reader', body, at: minutes(at) });
    say('It happens with two spaces.', -30);
    const edited = say('I saw it too.', -20);
    say('The answer is to filter the words.', 30);
    thread.github.editComment({
      repo,
      number: issue,
      commentId: edited.id,
      body: 'Filter them!',
      actor: 'octo-reader',
      at: minutes(40),
    });
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${issue}` });
    await merge(made, pull);
    expect((await instance(made, pull)).body.hints_text).toBe('It happens with two spaces.');
  });

  it('follows an issue that is edited after the merge, as if the events had come the other way round', async () => {
    using made = await repository('edited-later');
    const { repo } = made;
    const issue = report(made);
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${issue}` });
    await merge(made, pull);
    expect((await instance(made, pull)).body.problem_statement).toMatch(/^Empty words are counted/);
    thread.github.editIssue({
      repo,
      number: issue,
      title: 'Blank words',
      actor: 'octo-reporter',
      at: minutes(200),
    });
    expect((await instance(made, pull)).body.problem_statement).toMatch(/^Blank words/);
  });

  it('has no oracle reward, with the reason, where the fix deletes a file', async () => {
    using made = await repository('deletion');
    const issue = report(made);
    const head = made.branch('fix', { ...fixFiles, 'src/old.js': null });
    const pull = await propose(made, { head, body: `Fixes #${issue}` });
    await merge(made, pull);
    expect((await instance(made, pull)).oracle_reward).toMatchObject({ reward: null, reason: 'deletion' });
  });

  it('has no oracle reward, with the reason, where the fix renames a file', async () => {
    using made = await repository('rename');
    const issue = report(made);
    const moved = { 'src/old.js': null, 'src/older.js': baseFiles['src/old.js'] };
    const pull = await propose(made, {
      head: made.branch('fix', { ...fixFiles, ...moved }),
      body: `Fixes #${issue}`,
    });
    await merge(made, pull);
    expect((await instance(made, pull)).oracle_reward).toMatchObject({ reward: null, reason: 'rename' });
  });
});

describe('the id of an instance', () => {
  it('stays when the repository is renamed, and a new repository of that name gets others', async () => {
    using made = await repository('named');
    const issue = report(made);
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${issue}` });
    await merge(made, pull);
    await instance(made, pull);
    thread.github.renameRepository({ repo: made.repo, name: 'renamed' });
    await thread.settle();
    const repo = 'octo-org/renamed';
    thread.github.commentPull({ repo, number: pull, author: 'octo-dev', body: 'Thanks!', at: minutes(200) });
    expect((await instance(made, pull)).body).toMatchObject({ instance_id: `octo-org__named-${pull}`, repo });

    using second = await repository('named', { files: { ...baseFiles, 'src/more.js': 'export {};\n' } });
    const other = await propose(second, {
      head: second.branch('fix', fixFiles),
      body: `Fixes #${report(second)}`,
    });
    expect(other).toBe(pull);
    await merge(second, other);
    await thread.settle();
    const rows = await thread.database.db
      .selectFrom('instance')
      .select(['instance_id', 'repository_id', 'status'])
      .where('instance_id', 'like', 'octo-org\\_\\_named%')
      .orderBy('repository_id')
      .execute();
    expect(rows.map((row) => row.status)).toEqual(['ready', 'ready']);
    expect(rows[1]?.instance_id).toBe(`octo-org__named.${rows[1]?.repository_id}-${pull}`);
  });
});

function withoutIndex(patch: string): string {
  return patch.replaceAll(/^index .*\n/gm, '');
}
