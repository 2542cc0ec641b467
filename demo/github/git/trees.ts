import { git, gitText } from './run.ts';

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes; 0 for anything but a blob. */
  readonly size: number;
  readonly path: string;
}

/** The entry at a path of a commit, or `null`. */
export async function entryAt(dir: string, commit: string, path: string): Promise<TreeEntry | null> {
  const entries = await listTree(dir, commit, [path]);
  return entries.find((entry) => entry.path === path) ?? null;
}

/** What a directory of a commit holds; the root for an empty path. */
export function entriesUnder(dir: string, commit: string, path: string): Promise<TreeEntry[]> {
  return listTree(dir, commit, path === '' ? [] : [`${path}/`]);
}

export async function readBlob(dir: string, sha: string): Promise<Buffer> {
  return (await git(dir, ['cat-file', 'blob', sha])).stdout;
}

async function listTree(dir: string, commit: string, paths: readonly string[]): Promise<TreeEntry[]> {
  const text = await gitText(dir, ['--literal-pathspecs', 'ls-tree', '-z', '-l', commit, '--', ...paths]);
  return text.split('\0').filter(Boolean).map(entryOf);
}

function entryOf(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode, type, sha, size] = line.slice(0, tab).split(/ +/);
  const kind = type === 'tree' || type === 'commit' ? type : 'blob';
  return { mode: mode ?? '', type: kind, sha: sha ?? '', size: Number(size) || 0, path: line.slice(tab + 1) };
}
