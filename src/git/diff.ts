import type { Sha } from '../domain/ids.ts';
import { type ChangedFile, type FileChange, parseChangedFiles, parseChanges } from './changes.ts';
import { settingsEnvironment } from './environment.ts';
import { type GitContext, runGit } from './run-git.ts';

/**
 * git's defaults, spelled out so that no version or setting moves them. The abbreviation of `index` lines depends on
 * how many objects a mirror holds, so full ids are written.
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

/** Half of the 128 KiB that Linux allows a whole argument list at the least. */
const argumentBytes = 64 * 1024;

export interface DiffOptions {
  /** Only these files, taken literally; default all. None gives an empty diff. */
  readonly paths?: readonly string[];
  readonly maximumBytes: number;
}

/**
 * `git diff base head` as bytes, because a file may hold any encoding; null where it is larger than allowed. With very
 * many paths it is made in pieces, and a rename between two pieces shows as a deletion and an addition.
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

/** What changed, file by file, renames found. */
export async function changes(context: GitContext, base: Sha, head: Sha): Promise<FileChange[]> {
  const args = ['diff', ...pinned, ...renames, '--raw', '--numstat', '--full-index', '-z', base, head, '--'];
  const { output } = await runGit(context, args, { environment: settings });
  return parseChanges(output.toString('utf8'));
}

/** Every file content that differs; reads trees only, so it works before the files were fetched. */
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
