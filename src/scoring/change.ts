import { diffFiles, diffPatches } from '../diff/file-patches.ts';
import type { FilePatches } from '../diff/file-patches.ts';
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
  const { context, oracle, answer } = row.input;
  const predicted = answer.error === null ? diffFiles(context, answer.files) : null;
  return [predicted, diffFiles(context, oracle)];
}

/** UTF-16 units: an ordinary character is one. */
function charactersOf(patches: FilePatches): number {
  let sum = 0;
  for (const patch of patches.values()) sum += patch.length;
  return sum;
}
