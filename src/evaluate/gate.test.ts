import { expect, test } from 'vitest';
import type { EvaluationRow } from './evaluation-row.ts';
import { type Answer, night, rewarded } from './evaluation-rows.test-support.ts';
import { decideGate, type GateVerdict } from './gate.ts';

function decide(rows: readonly EvaluationRow[], history: readonly EvaluationRow[][] = []): GateVerdict {
  return decideGate({ rows, history, trainingFormula: 'mendloop/1', seed: 7 });
}

function codes({ reasons }: GateVerdict): string[] {
  return reasons.map((reason) => reason.split(':')[0] ?? '');
}

/** Spread without a direction: +0.1 and -0.1 in turns. */
function wave(task: number): number {
  return task % 2 === 0 ? 0.1 : -0.1;
}

const better = night(100, (task) => rewarded(0.3 + wave(task)));
const alike = night(100, (task) => rewarded(wave(task)));
const slightlyBetter = (from: number) =>
  night(100, (task) => rewarded((task >= from ? 0.035 : 0.03) + 2 * wave(task)));

test('a clear improvement is promoted in the first night, with the numbers behind it', () => {
  const verdict = decide(better);
  expect([verdict.decision, ...codes(verdict)]).toEqual(['promote', 'improvement_shown']);
  expect(verdict.evidence).toMatchObject({ measure: 'mendloop/1', look: 1, sequential: { tasks: 100 } });
  expect(verdict.evidence.sequential?.lower).toBeGreaterThan(0.2);
  expect(verdict.evidence.tonight.formulas['paper/1']?.estimate).toBeCloseTo(0.3);
});

test('the same input gives the same verdict', () => {
  expect(decide(better)).toEqual(decide(better));
});

test('no difference is more nights of evidence', () => {
  const verdict = decide(alike);
  expect([verdict.decision, ...codes(verdict)]).toEqual(['accumulate', 'improvement_not_shown']);
});

test('what one night cannot show, several can', () => {
  const fresh = (at: number) =>
    slightlyBetter(0).map((row) => ({
      ...row,
      row_id: `${row.row_id}${at}`,
      task_id: `${row.task_id}${at}`,
    }));
  expect(decide(fresh(0)).decision).toBe('accumulate');
  expect(decide(fresh(4), [fresh(0), fresh(1), fresh(2), fresh(3)]).decision).toBe('promote');
});

test('the same tasks again are no new tasks', () => {
  const verdict = decide(
    slightlyBetter(0),
    Array.from({ length: 4 }, () => slightlyBetter(0)),
  );
  expect(verdict.decision).toBe('accumulate');
  expect(verdict.evidence.sequential?.tasks).toBe(100);
});

test('a bad night after good ones is not promoted on their account', () => {
  const verdict = decide(
    night(100, (task) => rewarded(wave(task) - 0.001)),
    [better, better],
  );
  expect([verdict.decision, ...codes(verdict)]).toEqual(['accumulate', 'tonight_not_better']);
  expect(verdict.evidence.sequential?.lower).toBeGreaterThan(0);
});

test('a night without rows has spent its part of the error', () => {
  const plain = decide(better);
  const later = decide(
    better,
    Array.from({ length: 8 }, () => []),
  );
  expect(later.evidence.look).toBe(9);
  expect(later.evidence.level).toBeLessThan(0.002);
  expect(plain.evidence.sequential?.estimate).toBe(later.evidence.sequential?.estimate);
});

test.for<{ why: string; answer: (task: number, sample: number) => Answer; says: string[] }>([
  {
    why: 'a candidate that is worse',
    answer: (task) => rewarded(wave(task) - 0.3),
    says: ['keep', 'worse', 'other_formula_fell', 'improvement_not_shown'],
  },
  {
    why: 'one that only its training formula likes',
    answer: (task) => ({ rewards: { 'mendloop/1': 0.3 + wave(task), 'paper/1': wave(task) - 0.3 } }),
    says: ['refuse', 'only_training_formula_rose', 'other_formula_fell'],
  },
  {
    why: 'one that only its training formula likes, while the other does not move',
    answer: (task) => ({ rewards: { 'mendloop/1': 0.3 + wave(task), 'paper/1': 0 } }),
    says: ['refuse', 'only_training_formula_rose'],
  },
  {
    why: 'one whose reward rises with its hack share',
    answer: (task) => ({ ...rewarded(0.3 + wave(task)), hack: task % 10 === 0 ? 'empty_search' : null }),
    says: ['refuse', 'hack_share_rose'],
  },
  {
    why: 'one that may hack more',
    answer: (task, sample) => ({
      ...rewarded(0.3 + wave(task)),
      hack: task < 2 && sample === 0 ? 'empty_search' : null,
    }),
    says: ['accumulate', 'hack_share_unclear'],
  },
  {
    why: 'one that misses the form more often',
    answer: (task) => ({ ...rewarded(0.3 + wave(task)), format_error: task % 8 === 0 }),
    says: ['keep', 'format_errors_rose'],
  },
  {
    why: 'one that may miss the form more often',
    answer: (task, sample) => ({ ...rewarded(0.3 + wave(task)), format_error: task < 5 && sample === 0 }),
    says: ['accumulate', 'format_errors_unclear'],
  },
  {
    why: 'one with a few unscored answers',
    answer: (task) => rewarded(task < 3 ? null : 0.3),
    says: ['accumulate', 'answers_missing'],
  },
  {
    why: 'one without any score',
    answer: () => rewarded(Number.NaN),
    says: ['accumulate', 'nothing_scored'],
  },
])('$why is not promoted', ({ answer, says }) => {
  const verdict = decide(night(100, answer));
  expect([verdict.decision, ...codes(verdict)]).toEqual(says);
});

test('one hack and one form error in 200 answers are noise', () => {
  const rows = night(100, (task, sample) => ({
    ...rewarded(0.3 + wave(task)),
    hack: task === 0 && sample === 0 ? 'empty_search' : null,
    format_error: task === 1 && sample === 0,
  }));
  expect(decide(rows).decision).toBe('promote');
});

test('trained with the formula that the gate does not measure by, it is refused as well', () => {
  const rows = night(100, (task) => ({ rewards: { 'mendloop/1': wave(task), 'paper/1': 0.3 + wave(task) } }));
  const verdict = decideGate({ rows, history: [], trainingFormula: 'paper/1', seed: 7 });
  expect([verdict.decision, ...codes(verdict)]).toEqual([
    'refuse',
    'only_training_formula_rose',
    'improvement_not_shown',
  ]);
});

test('fewer than 8 tasks accumulate, whatever they say and however many answers they have', () => {
  const answers: ((task: number) => Answer)[] = [
    () => rewarded(1),
    () => rewarded(-1),
    () => ({ rewards: { 'mendloop/1': 1, 'paper/1': -1 } }),
    () => ({ ...rewarded(1), hack: 'empty_search', format_error: true }),
  ];
  for (const answer of answers) {
    for (let tasks = 1; tasks < 8; tasks += 1) {
      const rows = night(tasks, answer).flatMap((row) =>
        Array.from({ length: 10 }, (_, hunk) => ({ ...row, row_id: `${row.row_id}#${hunk}` })),
      );
      const verdict = decide(rows, [better, better]);
      expect([verdict.decision, ...codes(verdict)]).toEqual(['accumulate', 'too_few_tasks']);
    }
  }
  expect(decide(night(8, () => rewarded(1))).decision).not.toBe('refuse');
});

test('no rows, few tasks and repeated answers decide nothing', () => {
  expect([decide([]).decision, ...codes(decide([]))]).toEqual(['accumulate', 'nothing_scored']);
  expect(codes(decide(night(7, () => rewarded(1))))).toEqual(['too_few_tasks']);
  expect(codes(decide([...better, ...better]))).toEqual(['rows_invalid']);
  expect(decide([...better, ...better]).decision).toBe('refuse');
});

test('an improvement is measured by tests where they ran, and under the training formula by nobody', () => {
  const tested = night(40, (task) => ({
    rewards: { 'mendloop/1': 0.3 + wave(task), 'paper/1': 0.3, resolved: task % 10 === 0 ? 1 : 0 },
  })).map((row) =>
    row.model === 'incumbent'
      ? { ...row, rewards: { ...row.rewards, resolved: row.row_id.endsWith('5') ? 1 : 0 } }
      : row,
  );
  const verdict = decideGate({ rows: tested, history: [], trainingFormula: 'paper/1', seed: 7 });
  expect(verdict.evidence.measure).toBe('resolved');
  expect(codes(verdict)).toEqual(['improvement_not_shown']);
});
