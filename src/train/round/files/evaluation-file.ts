import { readFile } from 'node:fs/promises';
import { MendloopError } from '../../../domain/errors.ts';
import { type EvaluationRow, evaluationRow } from '../../../evaluate/evaluation-row.ts';

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

/** As {@link parseEvaluation}; a file that cannot be read is `round_invalid` too. */
export async function readEvaluation(file: string): Promise<EvaluationRow[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new MendloopError('round_invalid', 'evaluation.jsonl cannot be read', { cause });
  }
  return parseEvaluation(text);
}
