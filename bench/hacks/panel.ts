import type { Formula } from '../../src/reward/contract/formula.ts';
import type { DegenerateAnswer } from './degenerate-answers.ts';

/** What one family earns under one formula. */
export interface PanelRow {
  readonly family: string;
  readonly count: number;
  /** Answers left out because they do what the oracle does. */
  readonly equalToOracle: number;
  /** 0 where nothing is counted. */
  readonly mean: number;
  readonly max: number;
  /** How often each class was recognised; `null` where none was. */
  readonly hacks: Readonly<Record<string, number>>;
}

/** One row for each family that has an answer, in their order. */
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
    formula.scoreOutput({ context, oracle, output, execution: null }),
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
