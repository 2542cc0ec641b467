import { describe, expect, it } from 'vitest';
import { signatureOf } from './likeness.ts';
import { type Descriptor, select, type SelectOptions } from './select.ts';

const none: SelectOptions = { splitAt: null, perRepository: 1000, perAuthor: 1000 };

/** Merged on day `day`, unlike every other. */
function one(day: number, changed: Partial<Descriptor> = {}): Descriptor {
  const words = Array.from({ length: 40 }, (_, index) => `d${day}w${index}`).join(' ');
  return {
    instance_id: `octo-org__one-${day}`,
    repository_id: 1,
    author: 'ada',
    merged_at: new Date(Date.UTC(2026, 0, day)).toISOString().replace('.000Z', 'Z'),
    issues: [`1#${day}`],
    signature: signatureOf(words),
    patchKey: `patch ${day}`,
    ...changed,
  };
}

const days = (count: number): Descriptor[] => Array.from({ length: count }, (_, index) => one(index + 1));

function sides(descriptors: readonly Descriptor[], options: Partial<SelectOptions> = {}) {
  const { chosen } = select(descriptors, { ...none, ...options });
  return Object.groupBy(
    [...chosen].map(([id, split]) => ({ day: Number(id.split('-').at(-1)), split })),
    ({ split }) => split,
  );
}

function daysOf(side: readonly { readonly day: number }[] | undefined): number[] {
  return (side ?? []).map(({ day }) => day).toSorted((a, b) => a - b);
}

describe('the choice', () => {
  it.each([
    [0, 0, 0],
    [1, 1, 0],
    [2, 1, 1],
    [10, 5, 5],
    [16, 8, 8],
    [30, 22, 8],
    [100, 80, 20],
  ])('of %i instances trains on %i and holds the newest %i out', (count, train, held) => {
    const { train: left, held_out: right } = sides(days(count));
    expect(daysOf(left)).toEqual(Array.from({ length: train }, (_, index) => index + 1));
    expect(daysOf(right)).toEqual(Array.from({ length: held }, (_, index) => train + index + 1));
  });

  it('splits at the moment that is asked for, however it is written', () => {
    for (const splitAt of ['2026-01-05T00:00:00Z', '2026-01-05T00:00:00.000Z', '2026-01-05']) {
      expect(daysOf(sides(days(8), { splitAt }).held_out)).toEqual([5, 6, 7, 8]);
    }
    expect(daysOf(sides(days(8), { splitAt: '2026-01-05T00:00:00.500Z' }).held_out)).toEqual([6, 7, 8]);
  });

  it('does not depend on the order in which it sees them', () => {
    const given = days(30);
    expect(select(given.toReversed(), none)).toEqual(select(given, none));
  });

  it('keeps the earliest of those that are alike, and takes training rows that are like a held-out one', () => {
    const given = days(20);
    const copy = (day: number, of: number) => one(day, { signature: one(of).signature });
    const { chosen, leftOut } = select(
      [...given, copy(21, 20), copy(22, 3), one(23, { patchKey: 'patch 4' })],
      {
        ...none,
        splitAt: '2026-01-11T00:00:00Z',
      },
    );
    expect(leftOut).toEqual({ near_duplicate: 3 });
    expect([20, 21, 3, 22, 4, 23].map((day) => chosen.get(`octo-org__one-${day}`) ?? null)).toEqual([
      'held_out',
      null,
      null,
      'held_out',
      null,
      'held_out',
    ]);
  });

  it('never trains on an issue that is held out', () => {
    const { chosen, leftOut } = select([...days(10), one(11, { issues: ['1#99', '1#2'] })], none);
    expect(leftOut).toEqual({ issue_on_both_sides: 1 });
    expect(chosen.has('octo-org__one-2')).toBe(false);
  });

  it('caps what one repository and one author give to training, the newest first', () => {
    const given = days(20).map((each) =>
      Number(each.instance_id.slice(14)) % 2 ? { ...each, author: 'bob' } : each,
    );
    const split = { splitAt: '2026-01-21T00:00:00Z' };
    expect(daysOf(sides(given, { ...split, perRepository: 3 }).train)).toEqual([18, 19, 20]);
    expect(daysOf(sides(given, { ...split, perAuthor: 2 }).train)).toEqual([17, 18, 19, 20]);
    const unknown = given.map((each) => ({ ...each, author: null }));
    expect(daysOf(sides(unknown, { ...split, perAuthor: 2 }).train)).toHaveLength(20);
  });
});
