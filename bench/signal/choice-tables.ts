import { fileChanges } from '../../src/reward/change/changes.ts';
import type { DegenerateAnswer } from '../hacks/degenerate-answers.ts';
import { alternatives, featuresByPath, scoreBy, settings } from './alternatives.ts';
import type { Alternative, FeaturesByPath } from './alternatives.ts';
import { aucOf, mean } from './auc.ts';
import { changesOf } from './predictions.ts';
import type { Prediction } from './predictions.ts';
import { choose, foldOfIssue, refit } from './refit.ts';
import { printTable } from './table.ts';

/** What was tried, what each earns and pays, and what the procedure chooses with parts of the patches left out. */
export function choiceFigures(
  predictions: readonly Prediction[],
  answers: readonly DegenerateAnswer[],
  quick: boolean,
): Record<string, number> {
  const sides = predictions.map((prediction) => {
    const { predicted, oracle } = changesOf(prediction);
    return { predicted: featuresByPath(predicted), oracle: featuresByPath(oracle) };
  });
  const edits = degenerateFeatures(answers);
  const tried = [...settings, ...alternatives].map((alternative) => ({
    name: alternative.name,
    scores: sides.map(({ predicted, oracle }) => scoreBy(alternative, predicted, oracle)),
    worst: worstHack(alternative, edits),
  }));
  const rows = tried.map(({ name, scores, worst }) => {
    const { sameIssue, pooled } = aucOf(predictions, scores);
    return [name, sameIssue, pooled, worst.mean, worst.max];
  });
  printTable('Forms and constants tried', ['score', 'same issue', 'pooled', 'worst hack mean', 'max'], rows);
  const allowed = tried.filter(({ worst }) => worst.mean <= 0.05 && worst.max <= 0.3);
  return refitFigures(predictions, allowed, quick ? 1 : 5);
}

interface Edit {
  readonly family: string;
  readonly predicted: FeaturesByPath;
  readonly oracle: FeaturesByPath;
}

function degenerateFeatures(answers: readonly DegenerateAnswer[]): Edit[] {
  return answers.flatMap(({ family, scene, texts, isOracle }) => {
    if (isOracle || texts === null || family.startsWith('empty_search')) return [];
    const predicted = featuresByPath(fileChanges(scene.context, texts));
    return [{ family, predicted, oracle: featuresByPath(fileChanges(scene.context, scene.oracle)) }];
  });
}

function worstHack(alternative: Alternative, edits: readonly Edit[]): { mean: number; max: number } {
  const rewards = Map.groupBy(edits, ({ family }) => family);
  const worst = { mean: 0, max: 0 };
  for (const ofFamily of rewards.values()) {
    const values = ofFamily.map(({ predicted, oracle }) => scoreBy(alternative, predicted, oracle));
    worst.mean = Math.max(worst.mean, mean(values));
    worst.max = Math.max(worst.max, ...values);
  }
  return worst;
}

function refitFigures(
  predictions: readonly Prediction[],
  candidates: Parameters<typeof choose>[1],
  rounds: number,
): Record<string, number> {
  const shipped = choose(predictions, candidates).name;
  const folds = Array.from({ length: rounds }, (_, round) =>
    refit(predictions, candidates, foldOfIssue(predictions, round)),
  );
  const bySystem = refit(predictions, candidates, ({ system }) => system);
  const byRepository = refit(predictions, candidates, ({ issue }) => issue.slice(0, issue.lastIndexOf('-')));
  const row = (name: string, { auc, chosen }: typeof bySystem): (string | number)[] => [
    name,
    auc.sameIssue,
    auc.pooled,
    `${chosen.filter((one) => one === shipped).length} of ${chosen.length}`,
  ];
  const rows = [
    ...folds.map((one, round) => row(`5 folds over issues, draw ${round + 1}`, one)),
    row('each system left out', bySystem),
    row('each repository left out', byRepository),
  ];
  printTable(
    `Chosen without the patches it is judged on; on all of them: ${shipped}`,
    ['refit', 'same issue', 'pooled', 'same choice'],
    rows,
  );
  return {
    mendloop_refit_same_issue: Math.min(...folds.map(({ auc }) => auc.sameIssue)),
    mendloop_refit_pooled: Math.min(...folds.map(({ auc }) => auc.pooled)),
    mendloop_refit_by_system: bySystem.auc.sameIssue,
    mendloop_refit_by_repository: byRepository.auc.sameIssue,
  };
}
