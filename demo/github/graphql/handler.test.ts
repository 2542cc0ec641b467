import { expect, test } from 'vitest';
import { mintToken, rehearse } from '../rehearsal.ts';

const head = 'query ClosingIssues($owner:String!,$name:String!,$number:Int!)';
const variables = { owner: 'octo-org', name: 'lib', number: 2 };

function query(connection: string, fields = 'nodes{number}'): string {
  return `${head}{repository(owner:$owner,name:$name){pullRequest(number:$number){${connection}{${fields}}}}}`;
}

test('unknown operations, unknown fields and a missing page size are errors', async () => {
  await using stage = await rehearse();
  stage.github.openIssue({ repo: 'octo-org/lib', title: 'One', author: 'octo-user' });
  await stage.github.pushBranch({
    repo: 'octo-org/lib',
    branch: 'fix',
    sha: stage.first,
    fromGit: stage.source,
  });
  await stage.github.openPull({
    repo: 'octo-org/lib',
    head: { branch: 'fix' },
    title: 'Fix',
    body: 'Fixes #1',
    author: 'octo-dev',
  });
  const kit = stage.client(await mintToken(stage));
  const ask = (text: string): Promise<unknown> => kit.graphql(text, variables);
  await expect(ask('query Other{viewer{login}}')).rejects.toThrow(/no operation Other/);
  await expect(ask(query('closingIssuesReferences(first:50)', 'nodes{numbr}'))).rejects.toThrow(/numbr/);
  await expect(ask(query('closingIssuesReferences'))).rejects.toThrow(/paginate/);
  expect(await ask(query('closingIssuesReferences(first:50)'))).toEqual({
    repository: { pullRequest: { closingIssuesReferences: { nodes: [{ number: 1 }] } } },
  });
});

test('what the token may not see is left out', async () => {
  await using stage = await rehearse({ private: true });
  stage.github.openIssue({ repo: 'octo-org/lib', title: 'One', author: 'octo-user' });
  await stage.github.pushBranch({
    repo: 'octo-org/lib',
    branch: 'fix',
    sha: stage.first,
    fromGit: stage.source,
  });
  await stage.github.openPull({
    repo: 'octo-org/lib',
    head: { branch: 'fix' },
    title: 'Fix',
    body: 'Fixes #1',
    author: 'octo-dev',
  });
  const text = query('closingIssuesReferences(first:50)');
  const pullsOnly = stage.client(await mintToken(stage, { permissions: { pull_requests: 'read' } }));
  expect(await pullsOnly.graphql(text, variables)).toEqual({
    repository: { pullRequest: { closingIssuesReferences: { nodes: [] } } },
  });
  const issuesOnly = stage.client(await mintToken(stage, { permissions: { issues: 'read' } }));
  await expect(issuesOnly.graphql(text, variables)).rejects.toThrow(/not accessible by integration/);
  const hidden = stage.client(await mintToken(stage)).graphql(text, { ...variables, name: 'none' });
  await expect(hidden).rejects.toThrow(/Could not resolve to a Repository/);
});
