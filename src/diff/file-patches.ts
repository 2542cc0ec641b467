import { splitLines } from './lines.ts';
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
