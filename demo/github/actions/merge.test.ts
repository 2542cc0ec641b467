import { expect, test } from 'vitest';
import { commitFiles, gitClient, mintToken, rehearse, type Rehearsal } from '../rehearsal.ts';

const at = new Date('2024-02-03T04:05:06Z');
const repo = 'octo-org/lib';

async function openFix(stage: Rehearsal, body = 'Fixes #1'): Promise<number> {
  const { github, source } = stage;
  github.openIssue({ repo, title: 'Wrong sum', body: 'It is wrong', author: 'octo-user', at });
  await github.pushBranch({ repo, branch: 'fix', sha: stage.second, fromGit: source, at });
  const pull = await github.openPull({
    repo,
    head: { branch: 'fix' },
    title: 'Fix sum',
    body,
    author: 'octo-dev',
    at,
  });
  expect(pull).toMatchObject({ headSha: stage.second, baseSha: stage.base, mergeBase: stage.base });
  return pull.number;
}

test.each(['merge', 'squash', 'rebase'] as const)(
  '%s leaves the same commit in every run, and the right tree',
  async (method) => {
    const merged: string[] = [];
    for (let runs = 0; runs < 2; runs++) {
      await using stage = await rehearse();
      const number = await openFix(stage);
      await stage.github.pushBranch({
        repo,
        branch: 'main',
        sha: await otherChange(stage),
        fromGit: stage.source,
        at,
      });
      const { mergeCommitSha } = await stage.github.mergePull({ repo, number, method, at });
      merged.push(mergeCommitSha);
      const dir = stage.github.gitDir(repo);
      expect(await gitClient(dir, 'rev-parse', 'refs/heads/main')).toBe(mergeCommitSha);
      expect(await gitClient(dir, 'show', 'main:src/sum.js')).toContain('let B;');
      expect(await gitClient(dir, 'show', 'main:other.txt')).toBe('other');
    }
    expect(merged[0]).toBe(merged[1]);
  },
);

async function otherChange(stage: Rehearsal): Promise<string> {
  await gitClient(stage.source, 'checkout', '--quiet', 'main');
  return commitFiles(stage.source, 'Other', { 'other.txt': 'other\n' });
}

test('a merge closes what its body names, and nothing that does not exist', async () => {
  await using stage = await rehearse();
  const number = await openFix(stage, 'Fixes #1, resolves #99');
  await stage.github.mergePull({ repo, number, at });
  const kit = stage.client(await mintToken(stage));
  const issue = { owner: 'octo-org', repo: 'lib', issue_number: 1 };
  expect((await kit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', issue)).data.state).toBe(
    'closed',
  );
  const timeline = await kit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/timeline', issue);
  expect(timeline.data.map((entry) => entry.event)).toEqual(['cross-referenced', 'closed']);
  expect(await linked(stage, number)).toEqual([1]);
  await stage.github.deliveries.settled();
  const events = stage.receiver.heard.map(({ event, action }) => `${event}.${String(action)}`);
  expect(events).toEqual(expect.arrayContaining(['pull_request.closed', 'issues.closed', 'push.null']));
  expect(stage.github.violations).toEqual([]);
});

test('a keyword closes nothing when the pull request targets another branch', async () => {
  await using stage = await rehearse();
  const { github } = stage;
  github.openIssue({ repo, title: 'Wrong sum', author: 'octo-user', at });
  await github.pushBranch({ repo, branch: 'stable', sha: stage.base, at });
  await github.pushBranch({ repo, branch: 'fix', sha: stage.second, fromGit: stage.source, at });
  const input = { repo, head: { branch: 'fix' }, title: 'Fix', body: 'Fixes #1', author: 'octo-dev', at };
  const stable = await github.openPull({ ...input, base: 'stable' });
  const byHand = await github.openPull({ ...input, body: 'By hand', closes: [1] });
  expect(await linked(stage, stable.number)).toEqual([]);
  expect(await linked(stage, byHand.number)).toEqual([1]);
});

test('branches that conflict are not merged', async () => {
  await using stage = await rehearse();
  const number = await openFix(stage);
  await gitClient(stage.source, 'checkout', '--quiet', 'main');
  const rival = await commitFiles(stage.source, 'Rival', { 'src/sum.js': 'let a;\nlet q;\nlet c;\n' });
  await stage.github.pushBranch({ repo, branch: 'main', sha: rival, fromGit: stage.source, at });
  await expect(stage.github.mergePull({ repo, number, at })).rejects.toMatchObject({ code: 'input_invalid' });
  const kit = stage.client(await mintToken(stage));
  const pull = { owner: 'octo-org', repo: 'lib', pull_number: number };
  const { data } = await kit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', pull);
  expect(data).toMatchObject({ state: 'open', mergeable: false, mergeable_state: 'dirty' });
});

test('a forced push keeps the pull request and says what went before', async () => {
  await using stage = await rehearse();
  const number = await openFix(stage);
  await gitClient(stage.source, 'checkout', '--quiet', '-b', 'again', stage.base);
  const again = await commitFiles(stage.source, 'Again', { 'src/sum.js': 'let a;\nlet C;\nlet c;\n' });
  await stage.github.pushToPull({ repo, number, sha: again, fromGit: stage.source, at });
  await stage.github.deliveries.settled();
  const heard = stage.receiver.heard.find(({ action }) => action === 'synchronize');
  expect(heard?.payload).toMatchObject({ before: stage.second, after: again });
  const kit = stage.client(await mintToken(stage));
  const issue = { owner: 'octo-org', repo: 'lib', issue_number: number };
  const { data } = await kit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/timeline', issue);
  expect(data.map((entry) => entry.event)).toEqual([
    'committed',
    'committed',
    'head_ref_force_pushed',
    'committed',
  ]);
});

async function linked(stage: Rehearsal, number: number): Promise<number[]> {
  const query = `query ClosingIssues($owner: String!, $name: String!, $number: Int!) {
    repository(owner: $owner, name: $name) {
      pullRequest(number: $number) { closingIssuesReferences(first: 50) { nodes { number repository { nameWithOwner } } } }
    }
  }`;
  const kit = stage.client(await mintToken(stage));
  const answer = await kit.graphql<Closing>(query, { owner: 'octo-org', name: 'lib', number });
  return answer.repository.pullRequest.closingIssuesReferences.nodes.map((node) => node.number);
}

interface Closing {
  readonly repository: {
    readonly pullRequest: {
      readonly closingIssuesReferences: { readonly nodes: readonly { readonly number: number }[] };
    };
  };
}
