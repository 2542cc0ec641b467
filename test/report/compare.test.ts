import { expect, test } from 'vitest';
import {
  type Answers,
  compareFormulas,
  compareStages,
  findingOf,
  measures,
  taskMeans,
} from '../../scripts/report-training/compare.ts';
import type { EvaluationRow } from '../../src/evaluate/evaluation-row.ts';

function answer(row_id: string, changed: Partial<EvaluationRow> = {}): EvaluationRow {
  const task_id = row_id.split('#')[0] ?? '';
  const rewards = { 'paper/1': 0, 'mendloop/1': 0 };
  return {
    row_id,
    task_id,
    model: 'candidate',
    sample: 0,
    rewards,
    format_error: false,
    hack: null,
    ...changed,
  };
}

/** One row to each of ten tasks; what its reward under mendloop/1 is, is asked for each task. */
function answers(reward: (task: number) => number): Answers {
  return Array.from({ length: 10 }, (_, task) =>
    answer(`octo__parser-${task}#1`, { rewards: { 'paper/1': 0, 'mendloop/1': reward(task) } }),
  );
}

const nothing = answers(() => 0);

test('a task counts once, whatever its rows and seeds, and an answer without a score is left out', () => {
  const measure = measures['reward, mendloop/1'] as (row: EvaluationRow) => number | null;
  const scored = (id: string, reward: number | null) =>
    answer(id, { rewards: { 'paper/1': 0, 'mendloop/1': reward } });
  const first = [scored('a__b-1#1', 1), scored('a__b-1#2', 0), scored('a__b-2#1', null)];
  const second = [scored('a__b-1#1', 0)];
  expect([...taskMeans([first, second], measure)]).toEqual([['a__b-1', 0.25]]);
});

test('what rose at every task rose, what rose at some and fell at others is not shown', () => {
  const found = compareStages({
    base: [nothing],
    warm: [nothing, nothing],
    after: [answers((task) => 0.2 + task / 100), answers((task) => 0.2 + task / 100)],
  });
  const reward = found['reward, mendloop/1'];
  expect(reward?.after_less_warm?.estimate).toBeCloseTo(0.245);
  expect(findingOf(reward?.after_less_warm ?? null)).toBe('rose');
  expect(findingOf(found['reward, paper/1']?.after_less_warm ?? null)).toBe('not shown');
  const mixed = compareStages({
    base: [nothing],
    warm: [nothing],
    after: [answers((task) => (task % 2 === 0 ? 0.5 : -0.5))],
  });
  expect(findingOf(mixed['reward, mendloop/1']?.after_less_warm ?? null)).toBe('not shown');
});

test('the second formula is compared with the first, on the tasks that both answered', () => {
  const worse = answers(() => -0.5).slice(0, 6);
  const difference = compareFormulas([nothing], [worse])['reward, mendloop/1'] ?? null;
  expect(difference).toMatchObject({ estimate: -0.5, tasks: 6 });
  expect(findingOf(difference)).toBe('fell');
});

test('nothing is said where there is no answer', () => {
  const found = compareStages({ base: [], warm: [], after: [] });
  expect(findingOf(found['format rate']?.after_less_warm ?? null)).toBe('no figure');
});
