import { applyEdits } from '../answer/apply-edits.ts';
import { parseOutput } from '../answer/parse-answer.ts';
import { diffFiles, diffPatches } from '../diff/file-patches.ts';
import type { FilePatches } from '../diff/file-patches.ts';
import type { OutputInput } from '../reward/contract/formula.ts';
import type { AnswerRow } from './answer-row.ts';

/** How an answer's change looks beside the oracle's, whatever the formula says. */
export interface Change {
  readonly isEmpty: boolean;
  readonly hasOtherFiles: boolean;
  /** Characters of the predicted patches over those of the oracle's; 0 where either has none. */
  readonly lengthRatio: number;
}

/** Null when the answer has not the form of a change. */
export function changeOf(row: AnswerRow): Change | null {
  const [predicted, oracle] = patchesOf(row);
  if (predicted === null) return null;
  const isSameSet = predicted.size === oracle.size && [...predicted.keys()].every((path) => oracle.has(path));
  return {
    isEmpty: predicted.size === 0,
    hasOtherFiles: !isSameSet,
    lengthRatio: oracle.size === 0 ? 0 : charactersOf(predicted) / charactersOf(oracle),
  };
}

function patchesOf(row: AnswerRow): readonly [predicted: FilePatches | null, oracle: FilePatches] {
  if (row.kind === 'unidiff') return [diffPatches(row.input.predicted), diffPatches(row.input.oracle)];
  const { context, oracle } = row.input;
  return [predictedPatches(row.input), diffFiles(context, oracle)];
}

function predictedPatches({ context, output }: OutputInput): FilePatches | null {
  const parsed = parseOutput(output);
  if (parsed.error !== null) return null;
  const applied = applyEdits(context, parsed.output.edits);
  return applied.error === null ? diffFiles(context, applied.files) : null;
}

/** UTF-16 units: an ordinary character is one. */
function charactersOf(patches: FilePatches): number {
  let sum = 0;
  for (const patch of patches.values()) sum += patch.length;
  return sum;
}
