import { applyHunks, type Hunk } from './hunks.ts';
import type { Tree, TreeFile } from './tarball.ts';

type PathRole = 'source' | 'test' | 'other';

/** Rough on purpose: it only decides what an unfinished push holds, never what an instance is. */
export function roleOf(path: string): PathRole {
  if (/(^|\/)(tests?|__tests__)\/|(^|[/.])(test|spec)\.[cm]?[jt]s$/.test(path)) return 'test';
  if (/(^|\/)(dist|example)\/|^\.|^[^/]*\.config\./.test(path)) return 'other';
  return /\.[cm]?[jt]s$/.test(path) ? 'source' : 'other';
}

/** Paths that differ between two trees, in order; removed ones included. */
export function changedPaths(base: Tree, release: Tree): string[] {
  const paths = new Set([...base.keys(), ...release.keys()]);
  return [...paths].filter((path) => !sameFile(base.get(path), release.get(path))).toSorted();
}

/** Source files that exist on both sides and differ: those that can be changed half. */
export function modifiedSources(base: Tree, release: Tree): string[] {
  return changedPaths(base, release).filter(
    (path) => roleOf(path) === 'source' && base.has(path) && release.has(path),
  );
}

/** The first half of all source hunks, files in order, and nothing else; null where there is only one hunk. */
export function halfOfHunks(base: Tree, hunksByPath: ReadonlyMap<string, readonly Hunk[]>): Tree | null {
  const total = [...hunksByPath.values()].reduce((sum, hunks) => sum + hunks.length, 0);
  if (total < 2) return null;
  const tree = new Map(base);
  let left = Math.floor(total / 2);
  for (const [path, hunks] of hunksByPath) {
    const file = base.get(path);
    const text = file?.data.toString('latin1') ?? '';
    const data = Buffer.from(applyHunks(text, hunks, Math.min(left, hunks.length)), 'latin1');
    if (file !== undefined) tree.set(path, { ...file, data });
    left = Math.max(0, left - hunks.length);
  }
  return tree;
}

/** All changed source files of the release on top of the base, without tests and anything else; null if nothing else changes. */
export function sourceOnly(base: Tree, release: Tree): Tree | null {
  const changed = changedPaths(base, release);
  const sources = changed.filter((path) => roleOf(path) === 'source');
  if (sources.length === 0 || sources.length === changed.length) return null;
  const tree = new Map(base);
  for (const path of sources) setOrRemove(tree, path, release.get(path));
  return tree;
}

function setOrRemove(tree: Map<string, TreeFile>, path: string, file: TreeFile | undefined): void {
  if (file === undefined) tree.delete(path);
  else tree.set(path, file);
}

function sameFile(a: TreeFile | undefined, b: TreeFile | undefined): boolean {
  return a !== undefined && b !== undefined && a.executable === b.executable && a.data.equals(b.data);
}
