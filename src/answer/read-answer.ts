import type { FileTexts } from '../diff/file-patches.ts';
import type { Edit, FormatError } from './answer-form.ts';
import { applyEdits } from './apply-edits.ts';
import { parseAnswer } from './parse-answer.ts';

/** A model's answer, parsed and applied once for everything that judges it. */
export type Answer =
  | {
      readonly error: FormatError;
      /** Empty where the output could not be parsed; all edits where they could not be applied. */
      readonly edits: readonly Edit[];
    }
  | {
      readonly error: null;
      readonly edits: readonly Edit[];
      /** The new texts of the edited files, and of no other file. */
      readonly files: FileTexts;
    };

/** Reads a model's output against the files that the model was shown. */
export function readAnswer(context: FileTexts, output: string): Answer {
  const parsed = parseAnswer(output);
  if (parsed.error !== null) return { error: parsed.error, edits: [] };
  const { edits } = parsed;
  const applied = applyEdits(context, edits);
  if (applied.error !== null) return { error: applied.error, edits };
  return { error: null, edits, files: applied.files };
}
