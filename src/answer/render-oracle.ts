import type { FileTexts } from '../diff/file-patches.ts';
import { formatAnswer } from './answer-form.ts';
import { planChange } from './plan-edits.ts';
import { readAnswer } from './read-answer.ts';

/** `text` is null where the file does not exist or is binary. */
export interface OracleFile {
  readonly path: string;
  readonly text: string | null;
}

export interface OracleInput {
  /** The files before the change; a file that is missing here does not exist. */
  readonly context: readonly OracleFile[];
  /** The files of the change after it. */
  readonly oracle: readonly OracleFile[];
  /** The git diff of the change, whose extended headers name renames and binary files. */
  readonly patch: string;
}

export type RenderRefusal = 'deletion' | 'rename' | 'binary' | 'not_expressible';

export type RenderedOracle = { readonly output: string } | { readonly reason: RenderRefusal };

/**
 * Renders the developers' change as an answer. Reading the output gives the oracle's texts to the last character, which is
 * checked here; a change that the form cannot express gives a reason instead. An empty new file is left out: the form cannot
 * express it, and the reward sees no difference.
 */
export function renderOracle(input: OracleInput): RenderedOracle {
  const before = textsOf(input.context);
  const reason = refusal(input, before);
  if (reason !== null) return { reason };
  const after = textsOf(input.oracle);
  const edits = planChange(before, after);
  if (edits === null) return { reason: 'not_expressible' };
  const output = formatAnswer('The change below resolves the issue.', edits);
  return gives(output, before, after) ? { output } : { reason: 'not_expressible' };
}

function textsOf(files: readonly OracleFile[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { path, text } of files) if (text !== null) texts.set(path, text);
  return texts;
}

/** Lines of content start with a blank, `+` or `-`, so the expressions match headers only. */
function refusal({ oracle, patch }: OracleInput, before: FileTexts): RenderRefusal | null {
  if (/(?:^|\n)(?:Binary files |GIT binary patch\n)/.test(patch)) return 'binary';
  if (/(?:^|\n)rename from /.test(patch)) return 'rename';
  const gone = oracle.find((file) => file.text === null);
  if (gone === undefined) return null;
  return before.has(gone.path) ? 'deletion' : 'binary';
}

function gives(output: string, before: FileTexts, after: FileTexts): boolean {
  const answer = readAnswer(before, output);
  if (answer.error !== null) return false;
  return [...after].every(([path, text]) => (answer.files.get(path) ?? before.get(path) ?? '') === text);
}
