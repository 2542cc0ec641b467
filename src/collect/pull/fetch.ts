import { isSha, type Sha } from '../../domain/ids.ts';
import type { CodeMirror, PullFacts } from '../../domain/ports/repository.ts';

export interface FetchedPull {
  /** Each known head, and whether its commit is in the mirror. */
  readonly heads: ReadonlyMap<string, boolean>;
  readonly fix: Sha | null;
  /** The merge base of base and head; null where either is gone, or they share no history. */
  readonly base: Sha | null;
}

async function present(mirror: CodeMirror, sha: string | null): Promise<Sha | null> {
  return sha !== null && isSha(sha) && (await mirror.has(sha)) ? sha : null;
}

/** Fetches the commits that the mirror lacks; a commit that the remote no longer has is no error. */
async function fetchMissing(mirror: CodeMirror, pull: number, shas: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const sha of shas) if (isSha(sha) && !(await mirror.has(sha))) missing.push(sha);
  if (missing.length > 0) await mirror.fetchCommits([`refs/pull/${pull}/head`, ...missing]);
}

/**
 * Returns the merge base of the base branch and the fix. The merge commit's first parent is the base branch at the time
 * of the merge, also where the branch was rewritten afterwards. Where the head itself was pushed to the base branch there
 * is no such parent, and the recorded base is used.
 */
async function startOf(mirror: CodeMirror, pull: PullFacts, fix: Sha): Promise<Sha | null> {
  const merge = await present(mirror, pull.merge_commit_sha);
  if (merge !== null && merge !== fix && pull.merged) {
    const info = (await mirror.commitInfo([merge])).get(merge);
    const [first] = info?.parents ?? [];
    if (first !== undefined) return mirror.mergeBase(first, fix);
  }
  const recorded = await present(mirror, pull.base_sha);
  return recorded === null ? null : mirror.mergeBase(recorded, fix);
}

/** Brings the commits of a pull request into the mirror and finds its merge base. */
export async function fetchPull(
  mirror: CodeMirror,
  pull: PullFacts,
  seenHeads: readonly string[],
): Promise<FetchedPull> {
  const shas = [...new Set([...seenHeads, pull.head_sha])].sort();
  const merge = pull.merged && pull.merge_commit_sha !== null ? [pull.merge_commit_sha] : [];
  await fetchMissing(mirror, pull.number, [...shas, pull.base_sha, ...merge]);
  const heads = new Map<string, boolean>();
  for (const sha of shas) heads.set(sha, (await present(mirror, sha)) !== null);
  const fix = await present(mirror, pull.head_sha);
  return { heads, fix, base: fix === null ? null : await startOf(mirror, pull, fix) };
}
