import type { FileTexts } from '../diff/file-patches.ts';
import { formatOutput } from './answer-form.ts';
import { applyEdits } from './apply-edits.ts';
import { parseOutput } from './parse-answer.ts';
import type { Edit } from './parse-answer.ts';
import { planEdits } from './plan-edits.ts';

/** `text` is null where the file does not exist or is binary. */
export interface OracleFile {
  readonly path: string;
  readonly text: string | null;
}

export interface OracleInput {
  /** The files before the change; one that is missing does not exist. */
  readonly context: readonly OracleFile[];
  /** The files of the change after it. */
  readonly oracle: readonly OracleFile[];
  /** The git diff of the change: its extended headers tell renames and binary files. */
  readonly patch: string;
}

export type RenderRefusal = 'deletion' | 'rename' | 'binary' | 'not_expressible';

export type RenderedOracle = { readonly output: string } | { readonly reason: RenderRefusal };

/**
 * The developers' change as an answer in SEARCH/REPLACE form. Parsing and applying the output gives the oracle's texts
 * to the last character, which is checked before it is returned; a change that the form can't express has a reason.
 * A new file without content can't be said and is left out, as the reward sees no difference in it.
 */
export function renderOracle(input: OracleInput): RenderedOracle {
  const before = textsOf(input.context);
  const reason = refusal(input, before);
  if (reason !== null) return { reason };
  const after = textsOf(input.oracle);
  const edits = planAll(before, after);
  if (edits === null) return { reason: 'not_expressible' };
  const output = formatOutput('The change below resolves the issue.', edits);
  return gives(output, before, after) ? { output } : { reason: 'not_expressible' };
}

function textsOf(files: readonly OracleFile[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { path, text } of files) if (text !== null) texts.set(path, text);
  return texts;
}

/** Lines of content start with a blank, `+` or `-`, so these lines are headers. */
function refusal({ oracle, patch }: OracleInput, before: FileTexts): RenderRefusal | null {
  if (/(?:^|\n)(?:Binary files |GIT binary patch\n)/.test(patch)) return 'binary';
  if (/(?:^|\n)rename from /.test(patch)) return 'rename';
  const gone = oracle.find((file) => file.text === null);
  if (gone === undefined) return null;
  return before.has(gone.path) ? 'deletion' : 'binary';
}

/** Null where one file has no edits that give it, or nothing differs at all. */
function planAll(before: FileTexts, after: FileTexts): Edit[] | null {
  const edits: Edit[] = [];
  for (const [path, text] of after) {
    const old = before.get(path) ?? '';
    if (old === text) continue;
    const planned = planEdits(path, old, text);
    if (planned === null || planned.length === 0) return null;
    edits.push(...planned);
  }
  return edits.length === 0 ? null : edits;
}

function gives(output: string, before: FileTexts, after: FileTexts): boolean {
  const parsed = parseOutput(output);
  if (parsed.error !== null) return false;
  const applied = applyEdits(before, parsed.output.edits);
  if (applied.error !== null) return false;
  return [...after].every(([path, text]) => (applied.files.get(path) ?? before.get(path) ?? '') === text);
}
