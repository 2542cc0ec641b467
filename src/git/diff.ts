import type { Sha } from '../domain/ids.ts';
import { type ChangedFile, type FileChange, parseChangedFiles, parseChanges } from './changes.ts';
import { settingsEnvironment } from './environment.ts';
import { type GitContext, runGit } from './run-git.ts';

/**
 * git's defaults, written out so that neither a version nor a setting changes the diff. Ids are written in full: their
 * abbreviation depends on the number of objects in the mirror.
 */
const pinned = [
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=none',
  '--submodule=short',
  '--no-relative',
  '--diff-algorithm=myers',
];
const form = [
  '--full-index',
  '--unified=3',
  '--inter-hunk-context=0',
  '--indent-heuristic',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];
const renames = ['--find-renames=50%', '-l1000'];
const settings = settingsEnvironment([
  ['core.quotePath', 'true'],
  ['core.attributesFile', '/dev/null'],
  ['diff.orderFile', '/dev/null'],
]);

/** Half of the 128 KiB that Linux allows at least for a whole argument list. */
const argumentBytes = 64 * 1024;

export interface DiffOptions {
  /** Only these files, without patterns; absent: all files. An empty list gives an empty diff. */
  readonly paths?: readonly string[];
  readonly maximumBytes: number;
}

/**
 * `git diff base head` as bytes, because a file may have any encoding; null when the diff is larger than allowed. Very
 * many paths are compared in several calls; a rename across two calls appears as a deletion and an addition.
 */
export async function diff(
  context: GitContext,
  base: Sha,
  head: Sha,
  options: DiffOptions,
): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let leftBytes = options.maximumBytes;
  for (const paths of batches(options.paths)) {
    const args = ['diff', ...pinned, ...form, ...renames, base, head, '--', ...paths];
    const { output, overflow } = await runGit(context, args, {
      maximumBytes: leftBytes,
      environment: settings,
    });
    if (overflow) return null;
    leftBytes -= output.length;
    pieces.push(output);
  }
  return Buffer.concat(pieces);
}

/** The changes by file, with renames detected. */
export async function changes(context: GitContext, base: Sha, head: Sha): Promise<FileChange[]> {
  const args = ['diff', ...pinned, ...renames, '--raw', '--numstat', '--full-index', '-z', base, head, '--'];
  const { output } = await runGit(context, args, { environment: settings });
  return parseChanges(output.toString('utf8'));
}

/** Every file content that differs. Reads trees only, so that it works before the contents are fetched. */
export async function changedFiles(context: GitContext, base: Sha, head: Sha): Promise<ChangedFile[]> {
  const args = ['diff', ...pinned, '--no-renames', '--raw', '--no-abbrev', '-z', base, head, '--'];
  const { output } = await runGit(context, args, { environment: settings });
  return parseChangedFiles(output.toString('utf8'));
}

function batches(paths: readonly string[] | undefined): readonly (readonly string[])[] {
  if (paths === undefined) return [[]];
  const result: string[][] = [];
  let bytes = argumentBytes;
  for (const path of paths) {
    const size = Buffer.byteLength(path) + 1;
    if (bytes + size > argumentBytes) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(path);
    bytes += size;
  }
  return result;
}
