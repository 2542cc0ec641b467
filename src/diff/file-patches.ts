import { splitLines, strip } from './python-strings.ts';
import { parseUnifiedDiff } from './unidiff.ts';
import type { DiffFile } from './unidiff.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Text of each file by path. */
export type FileTexts = ReadonlyMap<string, string>;

/** The patch of each changed file by path; a file without a change is absent. */
export type FilePatches = ReadonlyMap<string, string>;

/** Unified diffs from the context to the new texts, without file headers. A file that the context lacks starts empty. */
export function diffFiles(context: FileTexts, after: FileTexts): FilePatches {
  const patches = new Map<string, string>();
  for (const [path, text] of after) {
    const patch = diffText(context.get(path) ?? '', text);
    if (patch !== '') patches.set(path, patch);
  }
  return patches;
}

function diffText(before: string, after: string): string {
  return before === after ? '' : unifiedDiff(splitLines(before), splitLines(after)).join('\n');
}

/**
 * The patch of each file in a list of unified diffs (docs/contracts/reward.md#unified-diffs). A later patch of a path replaces an earlier one;
 * binary files, files without a patch and unreadable diffs give nothing. A renamed file is kept under its old path.
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

function patchText(file: DiffFile): string {
  const hunks = file.hunks.map((hunk) => strip(hunk.text));
  const rename = renameLine(file);
  return strip([...(rename === null ? [] : [rename]), ...hunks].join('\n'));
}

/** What a renamed file has before its hunks; null for a file that keeps its name. */
export function renameLine(file: DiffFile): string | null {
  if (!isRename(file)) return null;
  return `rename from ${without(file.source, 'a/')} to ${without(file.target, 'b/')}`;
}

/** The path that a file's patch is kept under: the old one, for a new file the new one. */
export function pathOf(file: DiffFile): string {
  if (isRename(file)) return without(file.source, 'a/');
  const path = file.source === '/dev/null' ? file.target : file.source;
  return /^[ab]\//.test(path) ? path.slice(2) : path;
}

/** Compared without the first two characters, whatever they are. */
function isRename({ source, target }: DiffFile): boolean {
  return source !== '/dev/null' && target !== '/dev/null' && dropTwo(source) !== dropTwo(target);
}

function dropTwo(path: string): string {
  return Array.from(path).slice(2).join('');
}

function without(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}
