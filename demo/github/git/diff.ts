import { git, gitText } from './run.ts';

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';

export interface FileChange {
  /** Of the blob after the change; before it for a removed file. */
  readonly sha: string;
  readonly filename: string;
  readonly previousFilename: string | null;
  readonly status: FileStatus;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks only; `null` for binary files, pure renames and changes too large to show. */
  readonly patch: string | null;
}

export interface DiffSize {
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

const patchLimit = 1_000_000;
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const statuses: Record<string, FileStatus> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** Tree to compare a commit with: its first parent, or the empty tree. */
export function firstParent(parents: readonly string[]): string {
  return parents[0] ?? emptyTree;
}

export async function readDiff(dir: string, from: string, to: string): Promise<FileChange[]> {
  const [facts, patches] = await Promise.all([readFacts(dir, from, to), readPatches(dir, from, to)]);
  return facts.map((fact, index) => ({ ...fact, patch: shown(patches[index]) }));
}

export async function diffSize(dir: string, from: string, to: string): Promise<DiffSize> {
  const text = await gitText(dir, ['diff', '--numstat', '-z', '-M', from, to, '--']);
  const counts = numstatCounts(text.split('\0'));
  let additions = 0;
  let deletions = 0;
  for (const count of counts) {
    additions += count.additions;
    deletions += count.deletions;
  }
  return { additions, deletions, changedFiles: counts.length };
}

export function rawDiff(dir: string, from: string, to: string): Promise<Buffer> {
  return git(dir, ['diff', '-M', from, to, '--']).then((output) => output.stdout);
}

export function rawPatchSeries(dir: string, range: string): Promise<Buffer> {
  return git(dir, ['format-patch', '--stdout', range]).then((output) => output.stdout);
}

type Fact = Omit<FileChange, 'patch'>;

async function readFacts(dir: string, from: string, to: string): Promise<Fact[]> {
  const text = await gitText(dir, ['diff', '--raw', '--numstat', '--abbrev=40', '-z', '-M', from, to, '--']);
  const parts = text.split('\0');
  const facts: Fact[] = [];
  let at = 0;
  while (parts[at]?.startsWith(':') === true) {
    const [, , before, after, letter] = (parts[at] ?? '').split(' ');
    const status = statuses[letter?.[0] ?? ''] ?? 'changed';
    const twoNames = status === 'renamed' || status === 'copied';
    const sha = status === 'removed' ? before : after;
    const filename = parts[at + (twoNames ? 2 : 1)] ?? '';
    const previousFilename = twoNames ? (parts[at + 1] ?? '') : null;
    facts.push({ sha: sha ?? '', filename, previousFilename, status, additions: 0, deletions: 0 });
    at += twoNames ? 3 : 2;
  }
  const counts = numstatCounts(parts.slice(at));
  return facts.map((fact, index) => ({ ...fact, ...counts[index] }));
}

/** A rename's record is `a\tb\t`, then the two names; any other is `a\tb\tname`. Binary files count as 0. */
function numstatCounts(parts: readonly string[]): { additions: number; deletions: number }[] {
  const counts: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < parts.length; at++) {
    const [additions, deletions, name] = (parts[at] ?? '').split('\t');
    if (deletions === undefined) continue;
    counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    if (name === '') at += 2;
  }
  return counts;
}

async function readPatches(dir: string, from: string, to: string): Promise<string[]> {
  const text = await gitText(dir, ['diff', '-p', '-M', from, to, '--']);
  return text === '' ? [] : text.split(/^diff --git /m).slice(1);
}

function shown(patch: string | undefined): string | null {
  if (patch === undefined || patch.length > patchLimit) return null;
  const start = patch.search(/^@@ /m);
  return start === -1 ? null : patch.slice(start).replace(/\n$/, '');
}
