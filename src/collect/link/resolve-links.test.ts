import { describe, expect, it } from 'vitest';
import type { IssueFacts, PullFacts, RepositoryReader } from '../../domain/ports/repository.ts';
import { resolveLinks } from './resolve-links.ts';

const pull: PullFacts = {
  number: 50,
  title: 'Count words',
  body: '',
  author: 'octo-dev',
  author_type: 'User',
  state: 'closed',
  merged: true,
  base_ref: 'main',
  base_sha: 'b'.repeat(40),
  head_sha: 'a'.repeat(40),
  head_repo: 'octo-org/counter',
  merge_commit_sha: 'c'.repeat(40),
  created_at: '2024-05-01T08:00:00Z',
  closed_at: null,
  merged_at: null,
};

function issue(number: number, state: IssueFacts['state'] = 'closed'): IssueFacts {
  const at = '2024-04-01T08:00:00Z';
  return { number, title: '', body: '', author: null, state, labels: [], created_at: at, updated_at: at };
}

interface World {
  readonly issues: readonly IssueFacts[];
  readonly closing?: readonly number[];
  readonly mentioning?: readonly number[];
  readonly closedBy?: Readonly<Record<number, string>>;
}

/** A repository as a table; counts what is asked of it. */
function reader(world: World): RepositoryReader & { readonly asked: number[] } {
  const asked: number[] = [];
  const unused = () => Promise.reject(new Error('not asked for here'));
  return {
    asked,
    repository: unused,
    pull: unused,
    conversation: unused,
    issueComments: unused,
    issue: async (number) => {
      asked.push(number);
      return world.issues.find((known) => known.number === number) ?? null;
    },
    closingIssues: async () => [...(world.closing ?? [])],
    mentioningIssues: async () => [...(world.mentioning ?? [])],
    closedByCommits: async (number) => [world.closedBy?.[number] ?? ''],
  };
}

function resolve(world: World, changed: { body?: string; subjects?: readonly string[] } = {}) {
  const { body = '', subjects = [] } = changed;
  return resolveLinks({
    reader: reader(world),
    fullName: 'octo-org/counter',
    webHost: 'github.com',
    pull: { ...pull, body },
    subjects,
    commits: new Set([String(pull.merge_commit_sha), 'd'.repeat(40)]),
  });
}

async function numbers(world: World, changed = {}): Promise<number[]> {
  return (await resolve(world, changed)).issues.map((found) => found.number);
}

describe('linked issues', () => {
  it('are those of the first source that names an existing one', async () => {
    const issues = [issue(1), issue(2), issue(3)];
    const world = { issues, closing: [1], mentioning: [2], closedBy: { 2: 'd'.repeat(40) } };
    expect(await numbers(world, { body: 'Fixes #3' })).toEqual([1]);
    expect(await numbers({ ...world, closing: [99] }, { body: 'Fixes #3' })).toEqual([2]);
    expect(await numbers({ issues, closing: [99], mentioning: [98] }, { body: 'Fixes #3' })).toEqual([3]);
  });

  it('keep what every source named as evidence, existing or not', async () => {
    const { evidence } = await resolve({ issues: [issue(1)], closing: [1, 99] }, { body: 'Fixes #7' });
    expect(evidence).toEqual([
      { number: 1, source: 'closing_references' },
      { number: 99, source: 'closing_references' },
      { number: 7, source: 'text' },
    ]);
  });

  it('of the timeline were closed by a commit of the pull request, or by its merge', async () => {
    const issues = [issue(1), issue(2), issue(3), issue(4, 'open')];
    const closedBy = {
      1: 'd'.repeat(40),
      2: 'e'.repeat(40),
      3: String(pull.merge_commit_sha),
      4: 'd'.repeat(40),
    };
    expect(await numbers({ issues, closedBy, mentioning: [1, 2, 3, 4] })).toEqual([1, 3]);
  });

  it('are found in the subjects of commits', async () => {
    expect(await numbers({ issues: [issue(6)] }, { subjects: ['Skip blanks (fixes #6)'] })).toEqual([6]);
  });

  it('are never the pull request itself, nor those of another repository', async () => {
    const issues = [issue(50), issue(8)];
    expect(await numbers({ issues }, { body: 'Fixes #50, fixes octo-other/counter#8' })).toEqual([]);
  });

  it('are looked for among the first fifty references of a text at most', async () => {
    const body = Array.from({ length: 200 }, (_, at) => `Fixes #${at + 100}`).join('\n');
    const many = reader({ issues: [] });
    const { evidence } = await resolveLinks({
      reader: many,
      fullName: 'octo-org/counter',
      webHost: 'github.com',
      pull: { ...pull, body },
      subjects: [],
      commits: new Set(),
    });
    expect(evidence).toHaveLength(50);
    expect(many.asked.length).toBeLessThanOrEqual(100);
  });
});
