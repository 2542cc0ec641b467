import { pathOf, renameLine } from '../../diff/file-patches.ts';
import type { FileTexts } from '../../diff/file-patches.ts';
import { parseUnifiedDiff } from '../../diff/unidiff.ts';
import type { DiffFile } from '../../diff/unidiff.ts';
import type { LineChange } from '../../diff/unified-diff.ts';
import { lineDiff } from './line-diff.ts';

/** Old lines that a unified diff shows on each side of a change. */
export const shownLines = 3;

/** One run of changed lines. */
export interface ChangeBlock {
  /** Number of the first old line that it replaces, or before which it inserts; from 1. */
  readonly oldStart: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** The old lines that its hunk shows, removed ones included; one and the same array for all blocks of a hunk. */
  readonly hunk: readonly string[];
}

/** The changed files by path, each with its blocks in order; a file without a block is absent. */
export type Changes = ReadonlyMap<string, readonly ChangeBlock[]>;

/** What turns the context into the new texts; a file that the context lacks starts empty. */
export function fileChanges(context: FileTexts, after: FileTexts): Changes {
  const changes = new Map<string, ChangeBlock[]>();
  for (const [path, text] of after) {
    const before = context.get(path) ?? '';
    const blocks = before === text ? [] : textChange(textLines(before), textLines(text));
    if (blocks.length > 0) changes.set(path, blocks);
  }
  return changes;
}

/** As in a unified diff, changes whose shown lines touch share a hunk. */
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

/** The changes that a list of unified diffs describes; a later one of a path replaces an earlier one. */
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

/** A rename, and bytes that the diff does not show, count as a line of their own before the file's first. */
function headerBlocks(file: DiffFile): ChangeBlock[] {
  const rename = renameLine(file);
  const added = rename === null ? [] : [rename];
  if (file.isBinary) added.push('binary content');
  return added.length === 0 ? [] : [{ oldStart: 0, removed: [], added, hunk: [] }];
}

interface OpenBlock {
  /** Index in the old lines of the hunk. */
  readonly start: number;
  readonly removed: string[];
  readonly added: string[];
}

/** The blocks of one hunk of a unified diff, header line included. */
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

/** An empty old range names the line before it. */
function firstOldLine(header: string): number {
  const [, start = '1', size = '1'] = /^@@ -(\d+)(?:,(\d+))?/.exec(header) ?? [];
  return Number(start) + (Number(size) === 0 ? 1 : 0);
}

/** Lines as git counts them: without their line feed and a carriage return before it; a final line feed opens no line. */
export function textLines(text: string): string[] {
  const lines = text.split('\n').map(withoutReturn);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
