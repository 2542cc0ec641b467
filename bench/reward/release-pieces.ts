import path from 'node:path';
import { fetchReleases } from '../../demo/releases/fetch.ts';
import { releasedPackages, versionsOf } from '../../demo/releases/packages.ts';
import type { Tree } from '../../demo/releases/tarball.ts';
import { diffFiles } from '../../src/diff/file-patches.ts';
import type { FilePatches } from '../../src/diff/file-patches.ts';
import type { Piece } from './pieces.ts';

const cache = path.join(import.meta.dirname, '..', '..', '.mendloop', 'bench', 'npm');

/** How many releases the oracle is ahead at most; the prediction is always one ahead. */
const mostAhead = 4;

/**
 * What each file changes on the way to the next release (as the prediction) and to a later one (as the oracle): diffs
 * that overlap and differ, as a good answer and a fix do. Whole patches, and their hunks one by one for small pairs.
 */
export async function releasePieces(): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const released of releasedPackages) {
    const { name } = released;
    const versions = versionsOf(released);
    const trees = await fetchReleases({ cache, name, versions, signal: AbortSignal.timeout(180_000) });
    for (const line of released.lines) {
      const inOrder = line.map((version) => trees.get(version) as Tree);
      for (const at of line.keys()) pieces.push(...piecesOf(`${name} ${line[at]}`, inOrder.slice(at)));
    }
  }
  return pieces;
}

function piecesOf(release: string, [from, next, ...later]: readonly Tree[]): Piece[] {
  if (from === undefined || next === undefined) return [];
  const predictions = changes(from, next);
  return later.slice(0, mostAhead - 1).flatMap((tree) =>
    [...changes(from, tree)].flatMap(([file, oracle]) => {
      const predicted = predictions.get(file);
      if (predicted === undefined || predicted === oracle) return [];
      const origin = `${release} ${file}`;
      return [{ origin, predicted, oracle }, ...hunkPieces(origin, predicted, oracle)];
    }),
  );
}

function hunkPieces(origin: string, predicted: string, oracle: string): Piece[] {
  const hunks = oracle.split(/\n(?=@@)/);
  return predicted.split(/\n(?=@@)/).flatMap((hunk, at) => {
    const other = hunks[at];
    return other === undefined || other === hunk ? [] : [{ origin, predicted: hunk, oracle: other }];
  });
}

/** Bundles below `dist` repeat the sources. */
function changes(before: Tree, after: Tree): FilePatches {
  return diffFiles(texts(before), texts(after));
}

function texts(tree: Tree): Map<string, string> {
  const kept = [...tree].filter(([file]) => /\.(?:js|ts|md)$/.test(file) && !file.startsWith('dist/'));
  return new Map(kept.map(([file, { data }]) => [file, data.toString('utf8')]));
}
