import { beforeAll, describe, expect, it } from 'vitest';
import { degenerateAnswers } from '../../bench/hacks/degenerate-answers.ts';
import { panelOf } from '../../bench/hacks/panel.ts';
import type { Scene } from '../../bench/hacks/scene.ts';
import { aucOf, mean, pairsByIssue } from '../../bench/signal/auc.ts';
import { hunkSteps } from '../../bench/signal/hunk-steps.ts';
import { readPredictions } from '../../bench/signal/predictions.ts';
import type { Prediction } from '../../bench/signal/predictions.ts';
import { outputScenes, replayScenes } from '../../bench/signal/scenes.ts';
import { filesAnswer } from '../../src/answer/files-answer.test-support.ts';
import type { Score } from '../../src/reward/contract/score.ts';
import { findFormula } from '../../src/reward/formulas.ts';

const data = process.env['MENDLOOP_DATA'];

describe.skipIf(data === undefined)('mendloop/1 on real changes (skipped without MENDLOOP_DATA)', () => {
  const formula = findFormula('mendloop/1');
  let scenes: Scene[];
  let predictions: Prediction[];
  let scores: Record<'paper' | 'mendloop', Score[]>;

  beforeAll(() => {
    scenes = [...outputScenes(data ?? ''), ...replayScenes(data ?? '')];
    predictions = readPredictions(data ?? '');
    const all = (name: string): Score[] => predictions.map((prediction) => scoreOf(name, prediction));
    scores = { paper: all('paper/1'), mendloop: all('mendloop/1') };
  });

  it('pays degenerate edits of 9 instances and 89 changes at most 0.05 on average and 0.30 at most', () => {
    const panel = panelOf(formula, degenerateAnswers(scenes));
    console.log(
      panel
        .map((row) => `${row.family} ${row.count} ${row.mean.toFixed(3)} ${row.max.toFixed(3)}`)
        .join('\n'),
    );
    expect(scenes).toHaveLength(98);
    expect(panel.length).toBeGreaterThanOrEqual(20);
    expect(panel.filter(({ mean: average, max }) => average > 0.05 || max > 0.3)).toEqual([]);
  });

  it('pays 1 for each oracle, nothing for no change, and more with each hunk', () => {
    for (const scene of scenes) {
      expect(
        formula.scoreAnswer({ ...scene, answer: filesAnswer(scene.oracle), execution: null }),
      ).toMatchObject({
        reward: 1,
        hack: null,
      });
      expect(
        formula.scoreAnswer({ ...scene, answer: filesAnswer(scene.context), execution: null }).reward,
      ).toBe(0);
    }
    const steps = hunkSteps(scenes);
    expect(steps.length).toBeGreaterThan(400);
    expect(steps.filter((gain) => gain <= 0)).toEqual([]);
  });

  it('ranks resolved patches above others at least as docs/contracts/reward.md demands', () => {
    const rewards = (own: readonly Score[]): number[] => own.map(({ reward }) => reward);
    const auc = aucOf(predictions, rewards(scores.mendloop));
    expect(auc).toMatchObject({ pairs: 142, issues: 71 });
    expect(aucOf(predictions, rewards(scores.paper)).sameIssue).toBeCloseTo(0.78, 2);
    expect(auc.sameIssue).toBeGreaterThanOrEqual(0.8);
    for (const system of new Set(predictions.map((prediction) => prediction.system))) {
      const touches = (one: Prediction, other: Prediction): boolean =>
        one.system === system || other.system === system;
      const [theirs = [], ours = []] = [scores.paper, scores.mendloop].map((own) =>
        pairsByIssue(predictions, rewards(own), touches).flat(),
      );
      expect(mean(ours)).toBeGreaterThanOrEqual(mean(theirs) - 0.02);
    }
  });

  it('calls at most 2 % of the resolved patches and no oracle a hack', () => {
    const resolved = scores.mendloop.filter((_, index) => predictions[index]?.isResolved);
    expect(resolved.filter(({ hack }) => hack !== null).length).toBeLessThanOrEqual(0.02 * resolved.length);
    const oracles = predictions.map(({ oracle }) =>
      formula.scoreDiffs({ oracle: [oracle], predicted: [oracle], execution: null }),
    );
    expect(oracles.filter(({ hack, reward }) => hack !== null || reward !== 1)).toEqual([]);
  });
});

function scoreOf(name: string, { predicted, oracle }: Prediction): Score {
  return findFormula(name).scoreDiffs({ predicted: [predicted], oracle: [oracle], execution: null });
}
