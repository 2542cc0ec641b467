import { MendloopError } from '../../../domain/errors.ts';
import type { RoundFiles } from '../../../domain/ports/round-files.ts';
import { type EvaluationRow, evaluationRow } from '../../../evaluate/evaluation-row.ts';
import { attemptFolder } from './attempt-files.ts';

function readLine(line: string, number: number): EvaluationRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's own message quotes the line, which holds a model's answer.
    throw new MendloopError('round_invalid', `evaluation.jsonl: line ${number} is not JSON`);
  }
  const parsed = evaluationRow.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path[0] ?? 'the row';
  throw new MendloopError('round_invalid', `evaluation.jsonl: line ${number}: ${String(field)} is not valid`);
}

/** Every row of the file's text. A line that is cut off or does not fit is `round_invalid`: part of an evaluation decides nothing. */
export function parseEvaluation(text: string): EvaluationRow[] {
  if (text === '') return [];
  if (!text.endsWith('\n'))
    throw new MendloopError('round_invalid', 'evaluation.jsonl: the last line is cut off');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line, at) => readLine(line, at + 1));
}

/** The answers of an attempt to the held-out rows. A file that cannot be read or does not fit is `round_invalid`. */
export async function readEvaluation(
  files: Pick<RoundFiles, 'read'>,
  round_id: string,
  attempt: number,
): Promise<EvaluationRow[]> {
  const text = await files
    .read(`${attemptFolder(round_id, attempt)}/evaluation.jsonl`)
    .catch((cause: unknown) => {
      throw new MendloopError('round_invalid', 'evaluation.jsonl cannot be read', { cause });
    });
  if (text === null) throw new MendloopError('round_invalid', 'evaluation.jsonl is not there');
  return parseEvaluation(text);
}
