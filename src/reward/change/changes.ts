import { pathOf, renameLine } from '../../diff/file-patches.ts';
import type { FileTexts } from '../../diff/file-patches.ts';
import { parseUnifiedDiff } from '../../diff/unidiff.ts';
import type { UnidiffFile } from '../../diff/unidiff.ts';
import type { LineChange } from '../../diff/unified-diff.ts';
import { lineDiff } from './line-diff.ts';

/** Number of unchanged lines that a unified diff shows on each side of a change. */
export const shownLines = 3;

/** One run of changed lines. */
export interface ChangeBlock {
  /** Line number, from 1, of the first old line that the block replaces, or before which it inserts. */
  readonly oldStart: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** The old lines that the hunk shows, including removed ones; all blocks of a hunk share this array. */
  readonly hunk: readonly string[];
}

/** The blocks of each changed file by path, in order; an unchanged file is absent. */
export type Changes = ReadonlyMap<string, readonly ChangeBlock[]>;

/** The changes from `context` to the new texts; a file that `context` lacks starts empty. */
export function fileChanges(context: FileTexts, after: FileTexts): Changes {
  const changes = new Map<string, ChangeBlock[]>();
  for (const [path, text] of after) {
    const before = context.get(path) ?? '';
    const blocks = before === text ? [] : textChange(textLines(before), textLines(text));
    if (blocks.length > 0) changes.set(path, blocks);
  }
  return changes;
}

/** Groups changes into hunks as a unified diff does: changes whose shown lines touch share a hunk. */
function textChange(before: readonly string[], after: readonly string[]): ChangeBlock[] {
  const changes = lineDiff(before, after);
  const blocks: ChangeBlock[] = [];
  let start = 0;
  while (start < changes.length) {
    const end = endOfHunk(changes, start);
    const hunk = before.slice(
      Math.max(0, (changes[start] as LineChange).aStart - shownLines),
      (changes[end - 1] as LineChange).aEnd + shownLines,
    );
    for (const change of changes.slice(start, end)) blocks.push(blockOf(change, before, after, hunk));
    start = end;
  }
  return blocks;
}

function endOfHunk(changes: readonly LineChange[], start: number): number {
  let end = start + 1;
  while (end < changes.length && gapBefore(changes, end) <= 2 * shownLines) end += 1;
  return end;
}

function gapBefore(changes: readonly LineChange[], index: number): number {
  return (changes[index] as LineChange).aStart - (changes[index - 1] as LineChange).aEnd;
}

function blockOf(
  { aStart, aEnd, bStart, bEnd }: LineChange,
  before: readonly string[],
  after: readonly string[],
  hunk: readonly string[],
): ChangeBlock {
  return {
    oldStart: aStart + 1,
    removed: before.slice(aStart, aEnd),
    added: after.slice(bStart, bEnd),
    hunk,
  };
}

/** The changes of a list of unified diffs; a later change of a path replaces an earlier one. */
export function diffChanges(diffs: readonly string[]): Changes {
  const changes = new Map<string, ChangeBlock[]>();
  for (const diff of diffs) {
    for (const file of parseUnifiedDiff(diff) ?? []) {
      const blocks = [...headerBlocks(file), ...file.hunks.flatMap(({ text }) => hunkBlocks(text))];
      if (blocks.length > 0) changes.set(pathOf(file), blocks);
    }
  }
  return changes;
}

/** A rename and a binary change count as one added line each in front of the file's first line. */
function headerBlocks(file: UnidiffFile): ChangeBlock[] {
  const rename = renameLine(file);
  const added = rename === null ? [] : [rename];
  if (file.isBinary) added.push('binary content');
  return added.length === 0 ? [] : [{ oldStart: 0, removed: [], added, hunk: [] }];
}

interface OpenBlock {
  /** Index into the old lines of the hunk. */
  readonly start: number;
  readonly removed: string[];
  readonly added: string[];
}

/** Reads the blocks of one hunk of a unified diff; the text starts with the hunk header. */
export function hunkBlocks(text: string): ChangeBlock[] {
  const [header = '', ...lines] = text.split('\n');
  const old: string[] = [];
  const blocks: OpenBlock[] = [];
  let open: OpenBlock | null = null;
  for (const line of lines) {
    const mark = line[0];
    if (mark === ' ') open = null;
    if ((mark === '-' || mark === '+') && open === null) {
      open = { start: old.length, removed: [], added: [] };
      blocks.push(open);
    }
    const content = withoutReturn(line.slice(1));
    if (mark === '+') open?.added.push(content);
    if (mark === '-') open?.removed.push(content);
    if (mark === '-' || mark === ' ') old.push(content);
  }
  const first = firstOldLine(header);
  return blocks.map(({ start, removed, added }) => ({ oldStart: first + start, removed, added, hunk: old }));
}

/** The header of an empty old range has the number of the line before the range. */
function firstOldLine(header: string): number {
  const [, start = '1', size = '1'] = /^@@ -(\d+)(?:,(\d+))?/.exec(header) ?? [];
  return Number(start) + (Number(size) === 0 ? 1 : 0);
}

/** Lines as git counts them, without line feeds and carriage returns at their ends; a final line feed opens no line. */
export function textLines(text: string): string[] {
  const lines = text.split('\n').map(withoutReturn);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
