import { describe, expect, it } from 'vitest';
import { hintCutoff, hintsCharacters, hintsOf } from './hints.ts';

const cutoff = '2024-05-02T00:00:00Z';

function comment(body: string, created_at: string, updated_at = created_at) {
  return { body, created_at, updated_at };
}

describe('hints', () => {
  it('are the comments that stood before the cutoff, in order of time and text', () => {
    const hints = hintsOf(
      [
        comment('third', '2024-05-01T23:59:59Z'),
        comment('second b', '2024-05-01T11:00:00+01:00'),
        comment('second a\r\nmore', '2024-05-01T10:00:00Z'),
        comment('first', '2024-04-30T00:00:00Z'),
      ],
      cutoff,
    );

    expect(hints).toEqual({ text: 'first\nsecond a\nmore\nsecond b\nthird', flags: [] });
  });

  it.each([
    ['written at the cutoff', comment('x', cutoff)],
    ['written later', comment('x', '2024-05-03T00:00:00Z')],
    ['edited later', comment('x', '2024-05-01T00:00:00Z', '2024-05-02T00:00:01Z')],
    ['of no time', comment('x', 'yesterday')],
    ['empty', comment(' \r\n', '2024-05-01T00:00:00Z')],
  ])('hold none that is %s', (_, late) => {
    expect(hintsOf([late], cutoff).text).toBe('');
  });

  it('are cut where they are very long', () => {
    const { text, flags } = hintsOf([comment('x'.repeat(200_000), '2024-05-01T00:00:00Z')], cutoff);

    expect(text).toHaveLength(hintsCharacters);
    expect(flags).toEqual(['hints_truncated']);
  });
});

it('ends with the first commit, or with the pull request where that is earlier or no commit is known', () => {
  expect(hintCutoff(cutoff, '2024-05-01T00:00:00Z')).toBe('2024-05-01T00:00:00Z');
  expect(hintCutoff(cutoff, '2024-05-03T00:00:00Z')).toBe(cutoff);
  expect(hintCutoff(cutoff, null)).toBe(cutoff);
});
