import { expect, it } from 'vitest';
import { botHits } from './bot.ts';

const person = { title: '', body: '', login: 'octo-dev', accountType: 'User' };

function hits(pull: Partial<typeof person>): string {
  return botHits({ ...person, ...pull })
    .map(({ keyword, field }) => `${keyword} in ${field}`)
    .join(', ');
}

it.each([
  [
    { login: 'dependabot[bot]', accountType: 'Bot' },
    '[bot] in login, dependabot in login, account_type in account_type',
  ],
  [{ login: 'release-robot', accountType: 'Bot' }, 'account_type in account_type'],
  [{ login: 'renovate-approve' }, 'renovate in login'],
  [{ login: 'renovatebot' }, 'renovate in login'],
  [{ title: 'Configure Renovate' }, 'renovate in title'],
  [{ title: 'Bump lodash from 4.17.20 to 4.17.21' }, 'bump in title'],
  [{ title: 'chore(deps): bump actions/checkout from 3 to 4' }, 'bump in title'],
  [{ title: 'Bump version' }, 'bump in title'],
  [{ title: 'bumped dependencies' }, 'bump in title'],
  [{ title: 'Bump to v2' }, 'bump in title'],
  [{ title: 'BUMP 1.2.3' }, 'bump in title'],
  [{ body: 'Bumps [qs](https://example.com) from 6.1.0 to 6.2.0.\n- notes' }, 'bump in body'],
  [{ body: 'text\n\nThis is done by automerge.' }, 'automerge in body'],
  [{ title: 'Auto-merge main' }, 'automerge in title'],
  [{ body: 'Co-authored-by: some-tool[bot]' }, '[bot] in body'],
])('%j is automatic: %s', (pull, expected) => {
  expect(hits(pull)).toBe(expected);
});

it.each([
  [{ title: 'Fix bump map shader' }],
  [{ title: 'bump map shader: keep version 2.0 behaviour' }],
  [{ title: 'Bump mapping for terrain' }],
  [{ title: 'Bump timeout of the worker' }],
  [{ title: 'Fix speed-bumper on maps from a to b' }],
  [{ body: 'I had to bump the limit of retries.' }],
  [{ title: 'Fix renovated kitchen example' }],
  [{ login: 'bumpkin' }],
  [{ login: 'abbott' }],
  [{ title: 'Fix robot arm' }],
])('%j is the work of a person', (pull) => {
  expect(hits(pull)).toBe('');
});

it('takes a deleted account for a person', () => {
  expect(botHits({ ...person, login: null })).toEqual([]);
});
