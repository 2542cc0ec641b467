import { randomFrom } from '../../src/domain/random.ts';
import { aucOf, mean } from './auc.ts';
import type { Auc } from './auc.ts';
import type { Prediction } from './predictions.ts';

/** Scores of all predictions under one candidate. */
export interface Candidate {
  readonly name: string;
  readonly scores: readonly number[];
}

export interface Refit {
  /** Of the scores that each part got from the candidate chosen without it. */
  readonly auc: Auc;
  /** The candidate chosen for each part. */
  readonly chosen: readonly string[];
}

/** A difference that chance makes: the 95 % interval of the figure is more than ten times as wide. */
const indifference = 0.01;

/**
 * The procedure that chose the constants: the mean of same-issue and pooled AUC; of the candidates that are as good as
 * the best one, the first. They are listed from the middle of their grid outwards.
 */
export function choose(predictions: readonly Prediction[], candidates: readonly Candidate[]): Candidate {
  const merits = candidates.map(({ scores }) => {
    const { sameIssue, pooled } = aucOf(predictions, scores);
    return mean([sameIssue, pooled]);
  });
  const best = Math.max(...merits);
  const chosen = candidates.find((_, index) => (merits[index] as number) >= best - indifference);
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}

/** Chooses on all parts but one, scores that one, for each part in turn. */
export function refit(
  predictions: readonly Prediction[],
  candidates: readonly Candidate[],
  partOf: (prediction: Prediction) => string,
): Refit {
  const parts = [...new Set(predictions.map(partOf))];
  const scores: number[] = predictions.map(() => 0);
  const chosen = parts.map((part) => {
    const isOut = predictions.map((prediction) => partOf(prediction) === part);
    const kept = <Item>(items: readonly Item[]): Item[] => items.filter((_, index) => isOut[index] === false);
    const trained = candidates.map(({ name, scores: own }) => ({ name, scores: kept(own) }));
    const { name } = choose(kept(predictions), trained);
    const winner = candidates.find((candidate) => candidate.name === name);
    for (const [index, out] of isOut.entries()) if (out) scores[index] = winner?.scores[index] ?? 0;
    return name;
  });
  return { auc: aucOf(predictions, scores), chosen };
}

/** A fold of five for each issue, by chance but the same in every run. */
export function foldOfIssue(
  predictions: readonly Prediction[],
  round: number,
): (prediction: Prediction) => string {
  const random = randomFrom(`folds ${round}`);
  const issues = [...new Set(predictions.map(({ issue }) => issue))].toSorted();
  const shuffled = issues.map((issue) => ({ issue, key: random(2 ** 30) })).toSorted((a, b) => a.key - b.key);
  const folds = new Map(shuffled.map(({ issue }, index) => [issue, `${index % 5}`]));
  return ({ issue }) => folds.get(issue) ?? '';
}
