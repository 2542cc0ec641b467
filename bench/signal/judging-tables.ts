import { findFormula } from '../../src/reward/formulas.ts';
import type { DegenerateAnswer } from '../hacks/degenerate-answers.ts';
import { aucOf, intervals, mean, pairsByIssue } from './auc.ts';
import { choiceFigures } from './choice-tables.ts';
import { readPredictions } from './predictions.ts';
import type { Prediction } from './predictions.ts';
import { printTable } from './table.ts';

type Figures = Record<string, number>;

/** What a score says about patches whose tests were run. */
export function measureJudging(data: string, answers: readonly DegenerateAnswer[], quick: boolean): Figures {
  const predictions = readPredictions(data);
  const paper = rewardsOf('paper/1', predictions);
  const mendloop = rewardsOf('mendloop/1', predictions);
  printMeans(predictions, { 'paper/1': paper, 'mendloop/1': mendloop });
  return {
    ...aucFigures(predictions, paper, mendloop, quick ? 200 : 2000),
    ...systemFigures(predictions, paper, mendloop),
    ...choiceFigures(predictions, answers, quick),
    ...hackShares(predictions),
  };
}

function rewardsOf(name: string, predictions: readonly Prediction[]): number[] {
  const formula = findFormula(name);
  return predictions.map(
    ({ predicted, oracle }) =>
      formula.scoreDiffs({ predicted: [predicted], oracle: [oracle], execution: null }).reward,
  );
}

function printMeans(predictions: readonly Prediction[], scores: Record<string, readonly number[]>): void {
  const rows = Object.entries(scores).map(([name, own]) => [
    name,
    ...[true, false].map((isResolved) => {
      const values = own
        .filter((_, index) => predictions[index]?.isResolved === isResolved)
        .toSorted((a, b) => a - b);
      const at = (share: number): string => (values[Math.floor(share * values.length)] as number).toFixed(2);
      return `${mean(values).toFixed(2)} (${at(0.1)}, ${at(0.5)}, ${at(0.9)})`;
    }),
  ]);
  const resolved = predictions.filter(({ isResolved }) => isResolved).length;
  const head = [
    'mean reward (p10, p50, p90)',
    `resolved ${resolved}`,
    `not resolved ${predictions.length - resolved}`,
  ];
  printTable('Rewards of real patches', head, rows);
}

function aucFigures(
  predictions: readonly Prediction[],
  paper: readonly number[],
  mendloop: readonly number[],
  samples: number,
): Figures {
  const withoutEmpty = predictions.flatMap((prediction, index) => (prediction.isEmpty ? [] : [index]));
  const figures: Figures = {};
  const rows = Object.entries({ paper, mendloop }).map(([name, scores]) => {
    const auc = aucOf(predictions, scores);
    const range = intervals(predictions, scores, samples);
    const own = withoutEmpty.map((index) => predictions[index] as Prediction);
    const strict = aucOf(
      own,
      withoutEmpty.map((index) => scores[index] as number),
    );
    figures[`${name}_same_issue`] = auc.sameIssue;
    figures[`${name}_same_issue_low`] = range.sameIssue[0];
    figures[`${name}_same_issue_high`] = range.sameIssue[1];
    figures[`${name}_same_issue_without_empty`] = strict.sameIssue;
    figures[`${name}_pooled`] = auc.pooled;
    figures[`${name}_pooled_low`] = range.pooled[0];
    figures[`${name}_pooled_high`] = range.pooled[1];
    figures['pairs'] = auc.pairs;
    figures['issues_with_both'] = auc.issues;
    return [
      `${name}/1`,
      auc.sameIssue,
      span(range.sameIssue),
      strict.sameIssue,
      auc.pooled,
      span(range.pooled),
    ];
  });
  const head = ['AUC', 'same issue', '95 %', 'without empty', 'pooled', '95 %'];
  printTable(`Resolved above unresolved, ${samples} bootstrap samples over issues`, head, rows);
  return figures;
}

function span([low, high]: readonly [number, number]): string {
  return `${low.toFixed(2)}–${high.toFixed(2)}`;
}

/** Pairs of the same issue in which one of the two patches, or both, are of the system. */
function systemFigures(
  predictions: readonly Prediction[],
  paper: readonly number[],
  mendloop: readonly number[],
): Figures {
  const systems = [...new Set(predictions.map(({ system }) => system))].toSorted();
  const gains: number[] = [];
  const rows = systems.map((system) => {
    const touches = (one: Prediction, other: Prediction): boolean =>
      one.system === system || other.system === system;
    const [theirs = [], ours = []] = [paper, mendloop].map((scores) =>
      pairsByIssue(predictions, scores, touches).flat(),
    );
    gains.push(mean(ours) - mean(theirs));
    return [system, ours.length, mean(theirs), mean(ours)];
  });
  printTable(
    'Same-issue AUC on the pairs that touch a system',
    ['system', 'pairs', 'paper/1', 'mendloop/1'],
    rows,
  );
  return { mendloop_worst_system_gain: Math.min(...gains) };
}

function hackShares(predictions: readonly Prediction[]): Figures {
  const formula = findFormula('mendloop/1');
  const hackOf = (predicted: string, oracle: string): string | null =>
    formula.scoreDiffs({ predicted: [predicted], oracle: [oracle], execution: null }).hack;
  const counts = new Map<string, [resolved: number, others: number]>();
  let oracles = 0;
  const resolved = predictions.filter(({ isResolved }) => isResolved).length;
  for (const { isResolved, predicted, oracle } of predictions) {
    const hack = hackOf(predicted, oracle) ?? '–';
    const count = counts.get(hack) ?? [0, 0];
    count[isResolved ? 0 : 1] += 1;
    counts.set(hack, count);
    if (hackOf(oracle, oracle) !== null) oracles += 1;
  }
  printTable(
    'Recognised among real patches',
    ['class', 'resolved', 'not resolved'],
    [...counts].map(([hack, [one, other]]) => [hack, `${one}`, `${other}`]),
  );
  const [clean = 0] = counts.get('–') ?? [];
  return {
    hack_share_of_resolved: (resolved - clean) / resolved,
    hack_share_of_oracles: oracles / predictions.length,
  };
}
