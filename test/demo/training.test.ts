import { beforeAll, describe, expect, it } from 'vitest';
import type { SummaryRound } from '../../demo/report/summary-round.ts';
import { type DemoRun, runDemo } from './run-demo.ts';

/**
 * The real model over the real releases. GRPO, which is what the demo does, takes ten minutes: `npm test -- --full` runs it, and
 * every other run a supervised round, whose snapshot, driver, export, evaluation and gate are the same.
 */
const isFull = process.env['MENDLOOP_TEST_FULL'] === '1';

describe(`\`npm run demo -- --exit\` ends with a round of ${isFull ? 'trl_grpo' : 'trl_sft'}`, () => {
  let run: DemoRun;
  let round: SummaryRound;

  beforeAll(async () => {
    run = await runDemo([], isFull ? {} : { ROUND_ENGINE: 'trl_sft' });
    const [first] = run.summary.rounds;
    if (first === undefined) throw new Error(`no round: ${JSON.stringify(run.summary.skipped)}`);
    round = first;
  }, 1_800_000);

  it('that takes all its steps on the local cluster and ends by the decision of the gate', () => {
    expect([run.status, round.cluster]).toEqual([0, 'local']);
    expect(round.steps).toBeGreaterThanOrEqual(8);
    expect(round.state).toBe(round.gate?.decision === 'promote' ? 'promoted' : 'discarded');
    expect(round.gate?.reasons.length).toBeGreaterThan(0);
    expect(round.checkpoint_id).not.toBeNull();
    expect(run.summary.skipped.map(({ stage }) => stage)).toEqual(['label', 'propose']);
  });

  it('over at least 32 hunks to train on, told on the screen together with those that are too long', () => {
    const told = /(\d+) hunks of \d+ instances to train on, (\d+) of (\d+) held out, (\d+) too long/.exec(
      run.stderr,
    );
    const [rows = 0, heldOut = 0, tasks = 0, tooLong = 0] = (told ?? []).slice(1).map(Number);
    expect(rows).toBeGreaterThanOrEqual(32);
    expect([heldOut >= 8, tasks >= 8, tooLong > 0]).toEqual([true, true, true]);
  });

  it('whose gate compares answers of both models to 8 held-out tasks under both formulas', () => {
    const evidence = round.gate?.evidence;
    for (const model of [evidence?.candidate, evidence?.incumbent]) {
      expect(model).toMatchObject({ answers: 8, tasks: 8 });
      expect(Object.keys(model?.rewards ?? {}).toSorted()).toEqual(['mendloop/1', 'paper/1']);
    }
    expect(round.gate?.reasons.join()).not.toContain('too_few_tasks');
  });

  it('shown step by step on the way, and with the figures before and after at the end', () => {
    expect(run.stderr).toMatch(
      isFull ? /step 8 of 8: reward -?\d\.\d{3}, format \d+ %/ : /step 24 of 24: loss/,
    );
    for (const line of [
      /^format rate .* %/m,
      /^reward paper\/1 /m,
      /^reward mendloop\/1 /m,
      /^hack share .* %/m,
    ])
      expect(run.stdout).toMatch(line);
    expect(run.stdout).toContain(`/rounds/${round.round_id}`);
  });

  it.runIf(isFull)('whose steps have rewards that differ', () => {
    const rewards = round.training.map(({ reward_mean }) => reward_mean);
    expect(rewards.length).toBeGreaterThanOrEqual(8);
    expect(new Set(rewards).size).toBeGreaterThan(1);
  });
});
