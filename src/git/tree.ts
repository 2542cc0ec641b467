import { MendloopError } from '../domain/errors.ts';
import type { Sha } from '../domain/ids.ts';
import { type GitContext, runGit } from './run-git.ts';

/** One entry of a commit's tree: a file, a link or a submodule. */
export interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  /** git's id of the content. */
  readonly object: string;
}

/** Every file of a commit, in git's order (by bytes of the path). 10,000 files take about 20 ms. */
export async function listFiles(context: GitContext, commit: Sha): Promise<TreeEntry[]> {
  const { output } = await runGit(context, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  return output.toString('utf8').split('\0').slice(0, -1).map(entryOf);
}

/**
 * Contents at a commit, by one `git cat-file --batch`; null for a path without a regular file.
 * Throws `input_invalid` when the contents together are larger than `maximumBytes`.
 */
export async function readFiles(
  context: GitContext,
  commit: Sha,
  paths: readonly string[],
  maximumBytes: number,
): Promise<Map<string, Buffer | null>> {
  const wanted = new Set(paths);
  const entries = await listFiles(context, commit);
  const files = entries.filter(({ path, kind }) => kind === 'file' && wanted.has(path));
  const contents = new Map<string, Buffer | null>([...wanted].map((path) => [path, null]));
  if (files.length === 0) return contents;
  const input = files.map(({ object }) => `${object}\n`).join('');
  const { output, overflow } = await runGit(context, ['cat-file', '--batch'], { input, maximumBytes });
  if (overflow)
    throw new MendloopError('input_invalid', `the files asked for are larger than ${maximumBytes} bytes`);
  let at = 0;
  for (const { path, object } of files) {
    const content = contentAt(output, at, object);
    contents.set(path, output.subarray(content.start, content.end));
    at = content.end + 1;
  }
  return contents;
}

function contentAt(
  output: Buffer,
  at: number,
  object: string,
): { readonly start: number; readonly end: number } {
  const lineEnd = output.indexOf('\n', at);
  const [id, kind, size] = output.toString('latin1', at, lineEnd).split(' ');
  if (lineEnd === -1 || id !== object || kind !== 'blob') {
    throw new MendloopError('git_object_missing', 'git cat-file did not give a file that the tree names');
  }
  return { start: lineEnd + 1, end: lineEnd + 1 + Number(size) };
}

function entryOf(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode, , object] = line.slice(0, tab).split(' ');
  if (tab === -1 || object === undefined)
    throw new MendloopError('git_failed', 'git ls-tree gave an unreadable entry');
  return { path: line.slice(tab + 1), kind: kindOf(mode), object };
}

function kindOf(mode: string | undefined): TreeEntry['kind'] {
  if (mode === '120000') return 'link';
  return mode === '160000' ? 'submodule' : 'file';
}
