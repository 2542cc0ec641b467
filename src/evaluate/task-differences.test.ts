import { expect, test } from 'vitest';
import { missingShare } from './completeness.ts';
import { night, rewarded, row } from './evaluation-rows.test-support.ts';
import { rewardUnder } from './measure.ts';
import { summarise } from './summary.ts';
import { pooledDifferences, taskDifferences } from './task-differences.ts';

const mendloop = rewardUnder('mendloop/1');

test('a task counts once, however many hunks and samples it has', () => {
  const rows = [
    row({ row_id: 'a__b-1#1', ...rewarded(1) }),
    row({ row_id: 'a__b-1#2', ...rewarded(0) }),
    row({ row_id: 'a__b-1#2', sample: 1, ...rewarded(0) }),
    row({ row_id: 'a__b-1#1', model: 'incumbent' }),
    row({ row_id: 'a__b-1#2', model: 'incumbent' }),
  ];
  expect([...taskDifferences(rows, mendloop)]).toEqual([['a__b-1', 0.5]]);
});

test('what only one model has a score for is no pair, and is counted as missing', () => {
  const rows = night(4, (task) => rewarded(task === 0 ? Number.NaN : 0.5));
  expect([...taskDifferences(rows, mendloop).values()]).toEqual([0.5, 0.5, 0.5]);
  expect(missingShare(rows, mendloop)).toBe(0.25);
  expect(missingShare(rows.slice(0, -4), mendloop)).toBeCloseTo(1 / 3);
});

test('the same task of two nights is one task with the mean of both', () => {
  const nights = [night(3, () => rewarded(0.2)), night(2, () => rewarded(0.4))];
  expect(pooledDifferences(nights, mendloop).map((value) => value.toFixed(3))).toEqual([
    '0.300',
    '0.300',
    '0.200',
  ]);
});

test('a model is summed up by the shares and the mean rewards of its answers', () => {
  const rows = night(2, (task) =>
    task === 0 ? { ...rewarded(-1), format_error: true } : { ...rewarded(0.5), hack: 'empty_search' },
  );
  expect(summarise(rows, 'candidate')).toEqual({
    answers: 4,
    tasks: 2,
    format_error_rate: 0.5,
    hack_share: 0.5,
    rewards: { 'mendloop/1': { mean: -0.25, scored: 4 }, 'paper/1': { mean: -0.25, scored: 4 } },
  });
  expect(summarise([], 'incumbent')).toMatchObject({ answers: 0, format_error_rate: null, rewards: {} });
});
