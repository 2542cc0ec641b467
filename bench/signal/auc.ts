import { randomFrom } from '../../src/domain/random.ts';
import type { Prediction } from './predictions.ts';

/** Scores closer than this are a tie, which counts half. */
const tie = 1e-12;

export interface Auc {
  /** Over the pairs of patches for the same issue. */
  readonly sameIssue: number;
  readonly pairs: number;
  /** Issues with both kinds. */
  readonly issues: number;
  /** Over all patches that are not empty. */
  readonly pooled: number;
}

/** The share of pairs in which the resolved patch scores above the unresolved one. */
export function aucOf(predictions: readonly Prediction[], scores: readonly number[]): Auc {
  const byIssue = pairsByIssue(predictions, scores);
  const wins = byIssue.flat();
  return {
    sameIssue: mean(wins),
    pairs: wins.length,
    issues: byIssue.length,
    pooled: pooledAuc(predictions, scores),
  };
}

/** For each issue with both kinds, one entry a pair: 1, 0 or a half. */
export function pairsByIssue(
  predictions: readonly Prediction[],
  scores: readonly number[],
  touches: (resolved: Prediction, unresolved: Prediction) => boolean = () => true,
): number[][] {
  const issues = Map.groupBy(predictions.keys(), (index) => (predictions[index] as Prediction).issue);
  const byIssue = [...issues.values()].map((indexes) => {
    const resolved = indexes.filter((index) => predictions[index]?.isResolved);
    const others = indexes.filter((index) => !predictions[index]?.isResolved);
    return resolved.flatMap((one) =>
      others
        .filter((other) => touches(predictions[one] as Prediction, predictions[other] as Prediction))
        .map((other) => outcome(scores[one] as number, scores[other] as number)),
    );
  });
  return byIssue.filter((pairs) => pairs.length > 0);
}

function outcome(resolved: number, unresolved: number): number {
  if (Math.abs(resolved - unresolved) <= tie) return 0.5;
  return resolved > unresolved ? 1 : 0;
}

function pooledAuc(predictions: readonly Prediction[], scores: readonly number[]): number {
  const own = [...predictions.keys()].filter((index) => !predictions[index]?.isEmpty);
  own.sort((one, other) => (scores[one] as number) - (scores[other] as number));
  let rankSum = 0;
  let resolved = 0;
  for (let at = 0; at < own.length;) {
    let end = at;
    while (
      end < own.length &&
      (scores[own[end] as number] as number) - (scores[own[at] as number] as number) <= tie
    )
      end += 1;
    const tied = own.slice(at, end).filter((index) => predictions[index]?.isResolved).length;
    rankSum += (tied * (at + 1 + end)) / 2;
    resolved += tied;
    at = end;
  }
  return (rankSum - (resolved * (resolved + 1)) / 2) / (resolved * (own.length - resolved));
}

export type Interval = readonly [low: number, high: number];

/** 95 % of bootstrap samples over issues. */
export function intervals(
  predictions: readonly Prediction[],
  scores: readonly number[],
  samples: number,
): { readonly sameIssue: Interval; readonly pooled: Interval } {
  const byIssue = pairsByIssue(predictions, scores);
  const issues = [
    ...Map.groupBy(predictions.keys(), (index) => (predictions[index] as Prediction).issue).values(),
  ];
  const random = randomFrom('bootstrap');
  const drawn = Array.from({ length: samples }, () => {
    const own = issues.flatMap(() => issues[random(issues.length)] as number[]);
    const pairs = byIssue.flatMap(() => byIssue[random(byIssue.length)] as number[]);
    const pooled = pooledAuc(
      own.map((index) => predictions[index] as Prediction),
      own.map((index) => scores[index] as number),
    );
    return { sameIssue: mean(pairs), pooled };
  });
  return {
    sameIssue: middle(drawn.map((one) => one.sameIssue)),
    pooled: middle(drawn.map((one) => one.pooled)),
  };
}

function middle(values: readonly number[]): Interval {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  return [at(0.025), at(0.975)];
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
