import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkSource } from '../../src/domain/instance.ts';
import { startThread, type Thread } from '../support/thread.ts';
import { fixFiles, type Library, library, minutes, propose, report } from './library.ts';
import { readyInstance, rejectionOf } from './stored.ts';

let thread: Thread;

beforeAll(async () => {
  thread = await startThread();
  thread.github.install({ appId: thread.appId, account: 'octo-org', repositories: 'all' });
  await thread.settle();
});

afterAll(() => thread[Symbol.asyncDispose]());

async function repository(name: string): Promise<Library> {
  const made = await library(thread.github, name);
  await thread.settle();
  return made;
}

async function merge(made: Library, number: number, at = minutes(120)): Promise<string> {
  await thread.github.mergePull({ repo: made.repo, number, at });
  await thread.settle();
  return `${made.repo.replace('/', '__')}-${number}`;
}

function link(number: number, source: LinkSource) {
  return { number, source };
}

describe('the issues that a merged pull request answers', () => {
  it('are those of closingIssuesReferences when GitHub links them by a keyword', async () => {
    using made = await repository('by-keyword');
    const issue = report(made);
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${issue}` });
    const { body } = await readyInstance(thread.database.db, await merge(made, pull));
    expect(body.linked_issues).toEqual([issue]);
    expect(body.link_evidence).toContainEqual(link(issue, 'closing_references'));
  });

  it('are those of closingIssuesReferences when a person linked them without a word', async () => {
    using made = await repository('by-hand');
    const issue = report(made);
    const pull = await propose(made, { head: made.branch('fix', fixFiles), closes: [issue] });
    const { body } = await readyInstance(thread.database.db, await merge(made, pull));
    expect(body.linked_issues).toEqual([issue]);
    expect(body.link_evidence).toContainEqual(link(issue, 'closing_references'));
    expect(body.link_evidence.map((evidence) => evidence.source)).not.toContain('text');
  });

  it('are those that the timeline shows as closed by its commits when only a commit message names them', async () => {
    using made = await repository('by-timeline');
    const issue = report(made);
    made.branch('fix', fixFiles);
    made.sample.git('commit', '--quiet', '--amend', '--message', `Filter words\n\nFixes #${issue}`);
    const head = made.sample.git('rev-parse', 'HEAD') as typeof made.base;
    const pull = await propose(made, { head, body: `This is about #${issue}.` });
    const { body } = await readyInstance(thread.database.db, await merge(made, pull));
    expect(body.linked_issues).toEqual([issue]);
    expect(body.link_evidence).toEqual([link(issue, 'timeline')]);
  });

  it('are not those that are only mentioned', async () => {
    using made = await repository('only-mentioned');
    const issue = report(made);
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `See #${issue}.` });
    expect(await rejectionOf(thread.database.db, await merge(made, pull))).toBe('no_issue');
  });

  it('are those that its text closes where GitHub does not look: a branch that is not the default one', async () => {
    using made = await repository('by-text');
    const issue = report(made);
    await thread.github.pushBranch({ repo: made.repo, branch: '1.x', sha: made.base });
    const pull = await propose(made, {
      head: made.branch('fix', fixFiles),
      body: `Closes #${issue}`,
      base: '1.x',
    });
    const { body } = await readyInstance(thread.database.db, await merge(made, pull));
    expect(body.linked_issues).toEqual([issue]);
    expect(body.link_evidence).toEqual([link(issue, 'text')]);
  });

  it('come from the first source that names one; the others stay as evidence', async () => {
    using made = await repository('first-source');
    const first = report(made);
    const second = report(made, 'Another word is lost');
    const head = made.branch('fix', fixFiles);
    const pull = await propose(made, { head, closes: [first], body: `Fixes GH-${second}, not sure` });
    const { body } = await readyInstance(thread.database.db, await merge(made, pull));
    expect(body.link_evidence.map((evidence) => evidence.source)).toContain('text');
    expect(body.linked_issues).toContain(first);
  });

  it('are never ones that do not exist', async () => {
    using made = await repository('not-there');
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: 'Fixes #999' });
    expect(await rejectionOf(thread.database.db, await merge(made, pull))).toBe('no_issue');
  });

  it('are never pull requests', async () => {
    using made = await repository('a-pull');
    const other = await propose(made, {
      head: made.branch('other', { 'src/new.js': 'export {};\n' }),
      branch: 'other',
    });
    const pull = await propose(made, { head: made.branch('fix', fixFiles), body: `Fixes #${other}` });
    expect(await rejectionOf(thread.database.db, await merge(made, pull))).toBe('no_issue');
  });
});
