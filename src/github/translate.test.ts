import { describe, expect, it } from 'vitest';
import { MendloopError } from '../domain/errors.ts';
import { translateGitHubError } from './translate.ts';

const now = new Date('2024-05-01T08:00:00Z');

function answered(status: number, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error('title of a private issue'), { status, response: { headers } });
}

function graphql(type: string | undefined, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error('refused'), { errors: [type === undefined ? {} : { type }], headers });
}

describe('what GitHub refuses', () => {
  it.each([
    [400, 'github_invalid', 'never'],
    [401, 'github_unauthorized', 'never'],
    [403, 'github_forbidden', 'never'],
    [404, 'github_not_found', 'never'],
    [410, 'github_gone', 'never'],
    [422, 'github_invalid', 'never'],
    [429, 'github_rate_limited', 'later'],
    [451, 'github_forbidden', 'never'],
    [500, 'github_unavailable', 'soon'],
    [502, 'github_unavailable', 'soon'],
    [503, 'github_unavailable', 'soon'],
  ] as const)('%i becomes %s, to be tried again: %s', (status, code, retry) => {
    expect(translateGitHubError(answered(status), 'read', now)).toMatchObject({ code, retry });
  });

  it.each([
    ['NOT_FOUND', 'github_not_found'],
    ['FORBIDDEN', 'github_forbidden'],
    ['RATE_LIMITED', 'github_rate_limited'],
    ['SOMETHING_WRONG', 'github_unavailable'],
    [undefined, 'github_unavailable'],
  ] as const)('of GraphQL, %s becomes %s', (type, code) => {
    expect(translateGitHubError(graphql(type), 'read', now)).toMatchObject({ code });
  });

  it('is told by operation and status, never by the words of the answer', () => {
    const { message } = translateGitHubError(answered(404), 'read an issue', now);
    expect(message).toBe('read an issue: status 404');
  });
});

describe('a limit', () => {
  it.each([
    ['Retry-After', 403, { 'retry-after': '17' }, 17],
    ['Retry-After', 429, { 'retry-after': '17' }, 17],
    ['its reset', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1714550430' }, 31],
    ['a reset that has passed', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1714550000' }, 1],
    ['nothing', 429, {}, 60],
  ])('that names %s (%i) is waited for that long', (_what, status, headers, seconds) => {
    const error = translateGitHubError(answered(status, headers), 'read', now);
    expect(error).toMatchObject({ code: 'github_rate_limited', retryAfterSeconds: seconds });
  });

  it('is not what a 403 with requests left is', () => {
    const error = translateGitHubError(answered(403, { 'x-ratelimit-remaining': '4999' }), 'read', now);
    expect(error.code).toBe('github_forbidden');
  });
});

describe('what never reached GitHub', () => {
  it('is tried again soon', () => {
    const error = translateGitHubError(new TypeError('fetch failed'), 'read', now);
    expect(error).toMatchObject({ code: 'github_unavailable', retry: 'soon' });
  });

  it('keeps the code that our own fetch gave it, however deep it was wrapped', () => {
    const refused = new MendloopError('host_refused', 'refused');
    const byOctokit = Object.assign(new Error('wrapped', { cause: refused }), { status: 500 });
    expect(translateGitHubError(refused, 'read', now)).toBe(refused);
    expect(translateGitHubError(new Error('wrapped', { cause: refused }), 'read', now)).toBe(refused);
    expect(translateGitHubError(byOctokit, 'read', now)).toBe(refused);
  });
});
