import { pathOf, renameLine } from '../../diff/diff-patches.ts';
import { parseUnifiedDiff } from '../../diff/unidiff.ts';
import type { DiffFile } from '../../diff/unidiff.ts';
import type { ChangeBlock, Changes } from './changes.ts';
import { hunkBlocks } from './hunk-blocks.ts';

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
