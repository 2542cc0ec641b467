import { readAnswer } from '../../src/answer/read-answer.ts';
import type { Formula } from '../../src/reward/contract/formula.ts';
import type { DegenerateAnswer } from './degenerate-answers.ts';

/** The rewards of one family under one formula. */
export interface PanelRow {
  readonly family: string;
  readonly count: number;
  /** Number of answers left out because their texts equal the oracle's. */
  readonly equalToOracle: number;
  /** Mean reward; 0 where `count` is 0. */
  readonly mean: number;
  readonly max: number;
  /** Number of answers by recognised class; the key `null` counts answers without a class. */
  readonly hacks: Readonly<Record<string, number>>;
}

/** Scores the answers; gives one row for each family that has an answer, in the families' order. */
export function panelOf(formula: Formula, answers: readonly DegenerateAnswer[]): PanelRow[] {
  const byFamily = new Map<string, DegenerateAnswer[]>();
  for (const answer of answers) {
    const ofFamily = byFamily.get(answer.family);
    if (ofFamily === undefined) byFamily.set(answer.family, [answer]);
    else ofFamily.push(answer);
  }
  return [...byFamily].map(([family, ofFamily]) => panelRow(formula, family, ofFamily));
}

function panelRow(formula: Formula, family: string, answers: readonly DegenerateAnswer[]): PanelRow {
  const counted = answers.filter(({ isOracle }) => !isOracle);
  const scores = counted.map(({ scene: { context, oracle }, output }) =>
    formula.scoreAnswer({ context, oracle, answer: readAnswer(context, output), execution: null }),
  );
  const row = {
    family,
    count: scores.length,
    equalToOracle: answers.length - scores.length,
    mean: 0,
    max: 0,
  };
  const hacks: Record<string, number> = {};
  if (scores.length > 0) row.max = -1;
  for (const { reward, hack } of scores) {
    row.mean += reward / scores.length;
    row.max = Math.max(row.max, reward);
    hacks[String(hack)] = (hacks[String(hack)] ?? 0) + 1;
  }
  return { ...row, hacks };
}
