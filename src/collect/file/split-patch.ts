import type { Sha } from '../../domain/ids.ts';
import { classifyFile, type FileClass } from './classify-file.ts';

/** A file of a change, as far as splitting looks at it. */
export interface SplitChange {
  readonly path: string;
  /** Where it was before it was renamed or copied. */
  readonly oldPath?: string;
  readonly binary: boolean;
  /** `file`, `executable`, `link`, `submodule`; null where there was or is nothing. Left out: a file. */
  readonly before?: string | null;
  readonly after?: string | null;
}

/** The code that a patch is made from. */
export interface PatchSource {
  changes(base: Sha, head: Sha): Promise<readonly SplitChange[]>;
  /** `git diff base head` for some paths; null where it is larger than `maximumBytes`. */
  diff(
    base: Sha,
    head: Sha,
    options: { readonly paths: readonly string[]; readonly maximumBytes: number },
  ): Promise<Buffer | null>;
}

/**
 * `patch_not_utf8`: bytes that are no text were replaced, so that the patch may not apply. `test_moved`: the removal of
 * a test's old file is in `other_patch`.
 */
export type SplitFlag = 'patch_not_utf8' | 'test_moved';

export interface SplitPatch {
  readonly outcome: 'split';
  readonly patch: string;
  readonly test_patch: string;
  readonly other_patch: string;
  /** Every path that differs, the old one of a rename too; sorted by code unit. */
  readonly source_files: readonly string[];
  readonly test_files: readonly string[];
  readonly other_files: readonly string[];
  readonly flags: readonly SplitFlag[];
}

export type SplitOutcome = SplitPatch | { readonly outcome: 'oversize' };

/**
 * The change from `base` to `head` in three patches. Together they are the whole change: each is `git diff` restricted
 * to the files of its class, so a rename from one class to another is a deletion here and an addition there. Binary
 * files, links and submodules are `other`. The limit holds for each patch.
 */
export async function splitPatch(
  source: PatchSource,
  base: Sha,
  head: Sha,
  maximumBytes: number,
): Promise<SplitOutcome> {
  const changes = await source.changes(base, head);
  const files = filesByClass(changes);
  const patches: { text: string; exact: boolean }[] = [];
  for (const paths of [files.source, files.test, files.other]) {
    const diff = await source.diff(base, head, { paths, maximumBytes });
    if (diff === null) return { outcome: 'oversize' };
    patches.push(decoded(diff));
  }
  const flags: SplitFlag[] = [];
  if (!patches.every(({ exact }) => exact)) flags.push('patch_not_utf8');
  if (changes.some(isMovedTest)) flags.push('test_moved');
  const [patch, test_patch, other_patch] = patches.map(({ text }) => text);
  return {
    outcome: 'split',
    patch: patch ?? '',
    test_patch: test_patch ?? '',
    other_patch: other_patch ?? '',
    source_files: files.source,
    test_files: files.test,
    other_files: files.other,
    flags,
  };
}

/** The paths of a change by class, each once and sorted. */
export function filesByClass(
  changes: readonly SplitChange[],
): Readonly<Record<FileClass, readonly string[]>> {
  const sets = { source: new Set<string>(), test: new Set<string>(), other: new Set<string>() };
  for (const change of changes) {
    const now = classOf(change, change.path);
    sets[now].add(change.path);
    if (change.oldPath === undefined) continue;
    const then = classOf(change, change.oldPath);
    sets[isMovedTest(change) ? 'other' : then].add(change.oldPath);
  }
  return { source: [...sets.source].sort(), test: [...sets.test].sort(), other: [...sets.other].sort() };
}

/**
 * SWE-bench's form of a test patch names each file as it is called at the fix, so a moved test is a new one there; that
 * the old one goes is in `other_patch`. A moved source file stays a rename: two copies of a module do not build.
 */
function isMovedTest(change: SplitChange): boolean {
  if (change.oldPath === undefined) return false;
  return classOf(change, change.oldPath) === 'test' && classOf(change, change.path) === 'test';
}

function classOf(change: SplitChange, path: string): FileClass {
  return isText(change) ? classifyFile(path) : 'other';
}

function isText(change: SplitChange): boolean {
  const special = [change.before, change.after].some((kind) => kind === 'link' || kind === 'submodule');
  return !change.binary && !special;
}

/** git takes a file for text by its first 8,000 bytes, so a NUL may still follow; PostgreSQL keeps none. */
function decoded(diff: Buffer): { text: string; exact: boolean } {
  const text = diff.toString('utf8').replaceAll('\0', '\u{FFFD}');
  return { text, exact: Buffer.from(text, 'utf8').equals(diff) };
}
