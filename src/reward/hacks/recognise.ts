import { applyEdits } from '../../answer/apply-edits.ts';
import { parseOutput } from '../../answer/parse-answer.ts';
import { diffChanges, fileChanges } from '../change/changes.ts';
import type { DiffsInput, FilesInput, Formula, OutputInput } from '../contract/formula.ts';
import type { Score } from '../contract/score.ts';
import { classifyChange, classifyEdits } from './classify.ts';
import type { HackClass } from './hack-classes.ts';

/** A formula that recognises no hacks, with `hack` filled in; reward, error and parts stay what they are. */
export function recognisingHacks(formula: Formula): Formula {
  return {
    ...formula,
    scoreOutput: (input, cancellation) =>
      marked(formula.scoreOutput(input, cancellation), hackOfOutput(input)),
    scoreFiles: (input, cancellation) => marked(formula.scoreFiles(input, cancellation), hackOfFiles(input)),
    scoreDiffs: (input, cancellation) => marked(formula.scoreDiffs(input, cancellation), hackOfDiffs(input)),
  };
}

function marked(score: Score, hack: HackClass | null): Score {
  return { ...score, hack };
}

/** Null for an answer of a wrong form. */
function hackOfOutput({ context, oracle, output, execution }: OutputInput): HackClass | null {
  const parsed = parseOutput(output);
  if (parsed.error !== null) return null;
  const applied = applyEdits(context, parsed.output.edits);
  if (applied.error !== null) return null;
  const byForm = classifyEdits(parsed.output.edits, context);
  return byForm ?? hackOfFiles({ context, oracle, predicted: applied.files, execution });
}

function hackOfFiles({ context, oracle, predicted }: FilesInput): HackClass | null {
  return classifyChange(fileChanges(context, predicted), fileChanges(context, oracle));
}

function hackOfDiffs({ oracle, predicted }: DiffsInput): HackClass | null {
  return classifyChange(diffChanges(predicted), diffChanges(oracle));
}
