import { diffChanges, fileChanges } from '../change/changes.ts';
import type { AnswerInput, DiffsInput, Formula } from '../contract/formula.ts';
import type { Score } from '../contract/score.ts';
import { classifyChange, classifyEdits } from './classify.ts';
import type { HackClass } from './hack-classes.ts';

/** Adds hack classes to a formula that recognises none; reward, error and parts stay the same. */
export function recognisingHacks(formula: Formula): Formula {
  return {
    ...formula,
    scoreAnswer: (input, cancellation) =>
      marked(formula.scoreAnswer(input, cancellation), hackOfAnswer(input)),
    scoreDiffs: (input, cancellation) => marked(formula.scoreDiffs(input, cancellation), hackOfDiffs(input)),
  };
}

function marked(score: Score, hack: HackClass | null): Score {
  return { ...score, hack };
}

/** Null for an answer of a wrong form. */
function hackOfAnswer({ context, oracle, answer }: AnswerInput): HackClass | null {
  if (answer.error !== null) return null;
  const byForm = classifyEdits(answer.edits, context);
  return byForm ?? classifyChange(fileChanges(context, answer.files), fileChanges(context, oracle));
}

function hackOfDiffs({ oracle, predicted }: DiffsInput): HackClass | null {
  return classifyChange(diffChanges(predicted), diffChanges(oracle));
}
