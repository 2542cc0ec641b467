import { expect, test } from 'vitest';
import { momentBefore, releaseDates } from './dates.ts';

function iso(dates: readonly Date[]): string[] {
  return dates.map((date) => date.toISOString());
}

test('dates of the changelog count where every release has one and none goes back', () => {
  expect(iso(releaseDates(['2020-03-10', '2020-03-10', '2022-01-01']))).toEqual([
    '2020-03-10T12:00:00.000Z',
    '2020-03-10T13:00:00.000Z',
    '2022-01-01T12:00:00.000Z',
  ]);
});

test.each([
  ['one is missing', ['2020-03-10', null]],
  ['one goes back', ['2022-03-10', '2020-03-10']],
  ['one is no date', ['2020-03-10', '2020-99-99']],
])('releases are a week apart where %s', (_, dates) => {
  expect(iso(releaseDates(dates))).toEqual(['2020-01-06T12:00:00.000Z', '2020-01-13T12:00:00.000Z']);
});

test('a moment before a release lies after its base and at most three days back', () => {
  const day = (number: number): Date => new Date(Date.UTC(2020, 0, number));

  expect(momentBefore(day(1), day(3), 0.5)).toEqual(day(2));
  expect(momentBefore(day(1), day(30), 0)).toEqual(day(27));
});
