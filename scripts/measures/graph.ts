import path from 'node:path';
import type { Source } from './sources.ts';

/** Programs of the product: what none of them reaches is no part of it. */
export const entries = [
  'src/main/cli.ts',
  'src/main/broker.ts',
  'src/main/reward-server.ts',
  'src/scoring/run-thread.ts',
];

/** Files of `sources` that the entries do not reach. */
export function unreached(sources: readonly Source[], from: readonly string[] = entries): string[] {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const seen = new Set<string>();
  const open = from.filter((file) => byFile.has(file));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { file: next } of byFile.get(file)?.imports ?? []) if (byFile.has(next)) open.push(next);
  }
  return sources.map(({ file }) => file).filter((file) => !seen.has(file));
}

/** Names that more than one file exports, with those files. */
export function sharedNames(sources: readonly Source[]): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const { file, exports } of sources)
    for (const name of new Set(exports)) files.set(name, [...(files.get(name) ?? []), file]);
  return new Map([...files].filter(([, all]) => all.length > 1));
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Which folder imports from which other one; a folder is one directory, without those below it. */
export function folderGraph(sources: readonly Source[]): Graph {
  const graph = new Map<string, Set<string>>();
  for (const { file, imports } of sources) {
    const from = path.posix.dirname(file);
    const to = graph.get(from) ?? new Set();
    for (const one of imports) to.add(path.posix.dirname(one.file));
    to.delete(from);
    graph.set(from, to);
  }
  return graph;
}

/** Groups of folders that reach each other: the strongly connected components of more than one folder (Tarjan). */
export function folderCircles(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  function visit(node: string): void {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node) as number, low.get(next) as number));
      } else if (stack.includes(next)) {
        low.set(node, Math.min(low.get(node) as number, index.get(next) as number));
      }
    }
    if (low.get(node) !== index.get(node)) return;
    const members = stack.splice(stack.indexOf(node));
    if (members.length > 1) circles.push(members.sort());
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return circles;
}

/** Pairs of folders that import from each other directly, as `a ↔ b`. */
export function mutualFolders(graph: Graph): string[] {
  return [...graph].flatMap(([from, all]) =>
    [...all].filter((to) => from < to && graph.get(to)?.has(from)).map((to) => `${from} ↔ ${to}`),
  );
}
