import { pythonLines, strip } from './python-strings.ts';
import { parseUnifiedDiff } from './unidiff.ts';
import type { UnidiffFile } from './unidiff.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Text of each file by path. */
export type FileTexts = ReadonlyMap<string, string>;

/** The patch of each changed file by path; a file without a change is absent. */
export type FilePatches = ReadonlyMap<string, string>;

/** Diffs each file from its text in `context` to its text in `after`, without file headers. A file that `context` lacks starts empty. */
export function diffFiles(context: FileTexts, after: FileTexts): FilePatches {
  const patches = new Map<string, string>();
  for (const [path, text] of after) {
    const patch = diffText(context.get(path) ?? '', text);
    if (patch !== '') patches.set(path, patch);
  }
  return patches;
}

function diffText(before: string, after: string): string {
  return before === after ? '' : unifiedDiff(pythonLines(before), pythonLines(after)).join('\n');
}

/**
 * Splits unified diffs into the patches of their files (docs/contracts/reward.md#unified-diffs). A later patch of a path replaces an earlier one;
 * binary files, files without hunks and unreadable diffs are left out. A renamed file is listed under its old path.
 */
export function diffPatches(diffs: readonly string[]): FilePatches {
  const patches = new Map<string, string>();
  for (const diff of diffs) {
    for (const file of parseUnifiedDiff(diff) ?? []) {
      const patch = file.isBinary ? '' : patchText(file);
      if (patch !== '') patches.set(pathOf(file), patch);
    }
  }
  return patches;
}

function patchText(file: UnidiffFile): string {
  const hunks = file.hunks.map((hunk) => strip(hunk.text));
  const rename = renameLine(file);
  return strip([...(rename === null ? [] : [rename]), ...hunks].join('\n'));
}

/** The line that stands before the hunks of a renamed file; null for a file that keeps its name. */
export function renameLine(file: UnidiffFile): string | null {
  if (!isRename(file)) return null;
  return `rename from ${without(file.source, 'a/')} to ${without(file.target, 'b/')}`;
}

/** The path under which a file is listed: the old path, or the new one of a file that did not exist. */
export function pathOf(file: UnidiffFile): string {
  if (isRename(file)) return without(file.source, 'a/');
  const path = file.source === '/dev/null' ? file.target : file.source;
  return /^[ab]\//.test(path) ? path.slice(2) : path;
}

/** Compares the paths without their first two characters, whatever these are, as the paper's code does. */
function isRename({ source, target }: UnidiffFile): boolean {
  return source !== '/dev/null' && target !== '/dev/null' && dropTwo(source) !== dropTwo(target);
}

function dropTwo(path: string): string {
  return Array.from(path).slice(2).join('');
}

function without(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}
