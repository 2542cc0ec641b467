import { describe, expect, it } from 'vitest';
import { readDelivery } from './subject.ts';

const head = 'a'.repeat(40);
const before = 'b'.repeat(40);
const pull_request = {
  number: 12,
  title: 'Fix',
  body: null,
  merged: true,
  head: { sha: head, ref: 'fix' },
  base: { sha: 'c'.repeat(40), ref: 'main' },
};
const repository = { id: 5, full_name: 'octo-org/counter', private: false, default_branch: 'main' };

describe('what is read of a delivery', () => {
  it('is who, where and which, with the heads of a push to a pull request', () => {
    const read = readDelivery(
      { action: 'synchronize', installation: { id: 3 }, repository, pull_request, before, after: head },
      null,
    );
    expect(read).toMatchObject({
      action: 'synchronize',
      installation_id: 3,
      repository_id: 5,
      subject: { is_pull: true, number: 12, merged: true, head_shas: [head, before], own: false },
      payload: { pull_request: { title: 'Fix', body: '', head: 'fix', base: 'main' } },
    });
  });

  it('takes `before` of a push to a branch for no head of a pull request', () => {
    const read = readDelivery({ repository, before, after: head }, null);
    expect(read?.subject).toMatchObject({ is_pull: false, number: null, head_shas: [] });
  });

  it('knows a comment on a pull request from one on an issue', () => {
    const on = (issue: object) => readDelivery({ repository, issue: { number: 4, ...issue } }, null)?.subject;
    expect(on({})).toMatchObject({ is_pull: false, number: 4 });
    expect(on({ pull_request: { url: 'x' } })).toMatchObject({ is_pull: true, number: 4 });
  });

  it('knows our own bot by its login alone', () => {
    const own = (login: string, ownLogin: string | null) =>
      readDelivery({ sender: { login, type: 'Bot' } }, ownLogin)?.subject.own;
    expect(own('mendloop[bot]', 'mendloop[bot]')).toBe(true);
    expect(own('other[bot]', 'mendloop[bot]')).toBe(false);
    expect(own('mendloop[bot]', null)).toBe(false);
  });

  it('names the repositories that an installation lost', () => {
    const removed = readDelivery({ repositories_removed: [{ id: 8 }, { id: 9 }] }, null)?.subject;
    expect(removed?.removed_repositories).toEqual([8, 9]);
  });

  it('holds no text in the subject, and at most 4,096 characters of each field in what may be kept', () => {
    const issue = { number: 1, title: 'canary', body: 'x'.repeat(1_000_000) };
    const read = readDelivery({ repository, issue }, null);
    expect(JSON.stringify(read?.subject)).not.toContain('canary');
    expect(read?.payload?.issue?.title).toBe('canary');
    expect(read?.payload?.issue?.body).toHaveLength(4096);
  });

  it('can be stored: NUL and halves of characters are replaced', () => {
    const read = readDelivery({ issue: { number: 1, title: 'a\u0000b', body: '\ud800' } }, null);
    const { title = '', body = '' } = read?.payload?.issue ?? {};
    expect(title).not.toContain('\u0000');
    expect(title.startsWith('a')).toBe(true);
    expect(body.isWellFormed()).toBe(true);
  });

  it.each([
    ['a number that is text', { issue: { number: '7', title: '' } }],
    ['a repository without an id', { repository: { full_name: 'octo-org/counter', private: false } }],
    ['a head that is no hash', { pull_request: { ...pull_request, head: { sha: 'main', ref: 'fix' } } }],
    ['a payload that is no object', 'text'],
    ['no payload', null],
  ])('is nothing where the payload has %s', (_what, payload) => {
    expect(readDelivery(payload, null)).toBeNull();
  });
});
