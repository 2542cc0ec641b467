import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createGitHubClient } from './client.ts';
import { githubHosts } from './hosts.ts';
import { assertDeclared, repositoryWrites } from './writes.ts';

const undeclared = expect.objectContaining({ code: 'permission_undeclared' });
/** Port 9 answers nothing: a request that leaves the client ends as `github_unavailable`. */
const sent = expect.objectContaining({ code: 'github_unavailable' });

function client(purpose: string) {
  const hosts = githubHosts('http://127.0.0.1:9');
  return createGitHubClient({ hosts, token: async () => 'token', purpose });
}

describe('what may be sent to GitHub', () => {
  it('writes into no repository in this version', () => {
    expect(repositoryWrites).toEqual([]);
  });

  it('is every read, and a query of GraphQL', () => {
    assertDeclared('collect.pull', { method: 'GET', url: '/repos/{owner}/{repo}' });
    assertDeclared('collect.pull', {
      method: 'POST',
      url: '/graphql',
      query: 'query X { viewer { login } }',
    });
    const enterprise = 'https://github.example/api/graphql';
    assertDeclared('collect.pull', {
      method: 'POST',
      url: enterprise,
      query: 'query X { viewer { login } }',
    });
  });

  it.each([
    { method: 'POST', url: '/repos/{owner}/{repo}/issues' },
    { method: 'PATCH', url: '/repos/{owner}/{repo}' },
    { method: 'DELETE', url: '/repos/{owner}/{repo}/git/refs/{ref}' },
    { method: 'PUT', url: '/repos/{owner}/{repo}/pulls/{pull_number}/merge' },
    { method: 'POST', url: '/graphql', query: 'mutation { closeIssue(input: {}) { clientMutationId } }' },
    { method: 'POST', url: '/graphql', query: 'query A { a } mutation B { b }' },
    { method: 'POST', url: '/graphql' },
    { method: 'POST', url: '/repos/graphql', query: 'query A { a }' },
  ])('is never $method $url $query', (request) => {
    expect(() => assertDeclared('collect.pull', request)).toThrow(undeclared);
  });

  it('is a redelivery from the sweep alone', async () => {
    const route = 'POST /app/hook/deliveries/{delivery_id}/attempts';
    const from = (kind: string) => client(kind).post('ask', route, { delivery_id: 1 });
    await expect(from('deliveries.sweep')).rejects.toThrow(sent);
    await expect(from('installation.sync')).rejects.toThrow(undeclared);
  });

  it('is held by the client for every way to send', async () => {
    const pull = client('collect.pull');
    const write = 'POST /repos/{owner}/{repo}/issues';
    const names = { owner: 'octo-org', repo: 'counter', title: 'x' };
    await expect(pull.post('write', write, names)).rejects.toThrow(undeclared);
    await expect(pull.get('write', write, names, z.unknown())).rejects.toThrow(undeclared);
    await expect(pull.list('write', write, names, z.unknown())).rejects.toThrow(undeclared);
    await expect(pull.graphql('write', 'mutation { x }', {}, z.unknown())).rejects.toThrow(undeclared);
    await expect(pull.get('read', 'GET /repos/{owner}/{repo}', names, z.unknown())).rejects.toThrow(sent);
    await expect(pull.graphql('read', 'query X { x }', {}, z.unknown())).rejects.toThrow(sent);
  });
});
