import { describe, expect, it } from 'vitest';
import { cloneUrl, githubHosts } from './hosts.ts';

describe('the addresses of a GitHub', () => {
  it.each([
    [
      'https://api.github.com',
      'https://api.github.com',
      'https://api.github.com/graphql',
      'https://github.com',
    ],
    [
      'https://api.octo.ghe.com/',
      'https://api.octo.ghe.com',
      'https://api.octo.ghe.com/graphql',
      'https://octo.ghe.com',
    ],
    [
      'https://git.example.com/api/v3',
      'https://git.example.com/api/v3',
      'https://git.example.com/api/graphql',
      'https://git.example.com',
    ],
    [
      'http://127.0.0.1:8080/api/v3/',
      'http://127.0.0.1:8080/api/v3',
      'http://127.0.0.1:8080/api/graphql',
      'http://127.0.0.1:8080',
    ],
    [
      'https://example.com/github/api/v3',
      'https://example.com/github/api/v3',
      'https://example.com/github/api/graphql',
      'https://example.com/github',
    ],
  ])('%s', (given, api, graphql, web) => {
    expect(githubHosts(given)).toEqual({ api, graphql, web });
  });

  it.each(['', 'github.com', 'ftp://github.com', 'file:///etc'])('%j is refused', (given) => {
    expect(() => githubHosts(given)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });

  it('a repository is cloned from the pages’ host, without credentials in the address', () => {
    const hosts = githubHosts('https://git.example.com/api/v3');
    expect(cloneUrl(hosts, 'octo-org/counter')).toBe('https://git.example.com/octo-org/counter.git');
  });
});
