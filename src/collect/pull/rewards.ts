import { readAnswer } from '../../answer/read-answer.ts';
import { renderOracle } from '../../answer/render-oracle.ts';
import type { StoredReward } from '../../db/tables/instance.ts';
import type { FileText } from '../../domain/instance.ts';
import type { Score } from '../../reward/contract/score.ts';
import { findFormula } from '../../reward/formulas.ts';

/** The formulas that score every candidate. */
export const candidateFormulas = ['paper/1', 'mendloop/1'] as const;
const oracleFormula = 'paper/1';

function textsOf(files: readonly FileText[]): ReadonlyMap<string, string> {
  return new Map(files.flatMap(({ path, text }) => (text === null ? [] : [[path, text] as const])));
}

function storedReward(score: Score): StoredReward {
  return { ...score, parts: { ...score.parts } };
}

function noReward(reason: string): StoredReward {
  return { reward: null, error: null, reason, per_file: null, formula: oracleFormula, parts: {}, hack: null };
}

/** The oracle as an answer in SEARCH/REPLACE form, scored through the parser that scores every answer. */
export function scoreOracle(
  context: readonly FileText[],
  oracle: readonly FileText[],
  patch: string,
): StoredReward {
  const rendered = renderOracle({ context, oracle, patch });
  if ('reason' in rendered) return noReward(rendered.reason);
  const before = textsOf(context);
  const answer = readAnswer(before, rendered.output);
  const input = { context: before, oracle: textsOf(oracle), answer, execution: null };
  return storedReward(findFormula(oracleFormula).scoreAnswer(input));
}

/** A candidate's patch against the oracle's, both as git diffs of the source files, by every candidate formula. */
export function scoreCandidate(patch: string, oraclePatch: string): Record<string, StoredReward> {
  const rewards: Record<string, StoredReward> = {};
  for (const name of candidateFormulas) {
    const input = { oracle: [oraclePatch], predicted: [patch], execution: null };
    rewards[name] = storedReward(findFormula(name).scoreDiffs(input));
  }
  return rewards;
}
