import type { FileTexts } from '../../diff/file-patches.ts';
import type { LineChange } from '../../diff/unified-diff.ts';
import { shownLines } from './changes.ts';
import type { ChangeBlock, Changes } from './changes.ts';
import { lineDiff } from './line-diff.ts';
import { textLines } from './lines.ts';

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
