import { describe, expect, test } from 'vitest';
import type { EvaluationRow } from '../../src/evaluate/evaluation-row.ts';
import { decideGate } from '../../src/evaluate/gate.ts';
import { roundTable } from './round-table.ts';
import type { SummaryRound } from './summary-round.ts';

const tasks = Array.from({ length: 8 }, (_, index) => `octo-org__one-${index}`);

/** Answers to eight tasks, of which the first few have the form. */
function answers(model: EvaluationRow['model'], formed: number): EvaluationRow[] {
  return tasks.map((task_id, at) => ({
    row_id: `${task_id}#1`,
    task_id,
    model,
    sample: 0,
    rewards: at < formed ? { 'paper/1': 0.5, 'mendloop/1': 0.25 } : { 'paper/1': -1, 'mendloop/1': -1 },
    format_error: at >= formed,
    hack: null,
  }));
}

function round(changes: Partial<SummaryRound>): SummaryRound {
  return {
    round_id: 'r-20260101-0123abcd',
    cluster: 'local',
    state: 'discarded',
    steps: 8,
    metrics: {},
    gate: null,
    reason: null,
    message: null,
    engine: 'trl_grpo',
    formula: 'mendloop/1',
    snapshot_id: 's-0',
    seconds: 540,
    training: [{ reward_mean: -0.5 }, { reward_mean: 0.25 }],
    checkpoint_id: null,
    ...changes,
  };
}

describe('the table of a round', () => {
  const rows = [...answers('incumbent', 0), ...answers('candidate', 4)];
  const gate = decideGate({ rows, history: [], trainingFormula: 'mendloop/1', seed: 1 });
  const lines = roundTable(round({ gate })).split('\n');

  test('shows format rate, rewards and hack share before and after, a higher format rate as a rise', () => {
    expect(lines.slice(0, 3)).toEqual([
      'round r-20260101-0123abcd: trl_grpo, mendloop/1, cluster local, 8 steps in 9.0 min',
      'reward of each step: -0.50 0.25',
      '8 held-out tasks   before  after   change (95 %)',
    ]);
    expect(lines[3]).toMatch(/^format rate {8}0 % {5}50 % {4}\+50 % \(\+\d+ % to \+\d+ %\)$/);
    expect(lines[4]).toMatch(
      /^reward mendloop\/1 {2}-1\.000 {2}-0\.375 {2}\+0\.625 \(\+0\.\d{3} to \+\d\.\d{3}\)$/,
    );
    expect(lines[5]).toMatch(/^reward paper\/1 {5}-1\.000 {2}-0\.250 {2}\+0\.750 \(/);
    expect(lines[6]).toMatch(/^hack share {9}0 % {5}0 % {5}0 % \(0 % to 0 %\)$/);
  });

  test('gives the decision and each of its reasons', () => {
    expect(lines.slice(7)).toEqual([
      `gate: ${gate.decision}; the candidate was discarded`,
      ...gate.reasons.map((reason) => `  ${reason}`),
    ]);
    expect(gate.reasons.length).toBeGreaterThan(0);
  });

  test('of a round that failed says why', () => {
    const failed = round({ state: 'failed', reason: 'diverged', message: 'All answers have the reward -1.' });
    expect(roundTable(failed)).toContain('\nfailed: diverged: All answers have the reward -1.');
  });
});
