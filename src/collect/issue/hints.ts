import { cutText, keptText } from './issue-text.ts';

export interface HintComment {
  readonly body: string;
  /** ISO 8601. */
  readonly created_at: string;
  /** ISO 8601 time of the last edit; the creation's where there was none. */
  readonly updated_at: string;
}

export interface Hints {
  readonly text: string;
  readonly flags: readonly 'hints_truncated'[];
}

/** Longest `hints_text`, in UTF-16 units. */
export const hintsCharacters = 100_000;

/** Returns when the work on a pull request began at the earliest: its first commit or its creation. */
export function hintCutoff(pullCreatedAt: string, firstCommitAt: string | null): string {
  if (firstCommitAt === null) return pullCreatedAt;
  return Date.parse(firstCommitAt) < Date.parse(pullCreatedAt) ? firstCommitAt : pullCreatedAt;
}

/**
 * The `hints_text` of linked issues: the comments that were last edited before the cutoff, so that no hint tells
 * the solution. Sorted by time, then by text, and joined by a line break as SWE-bench does.
 */
export function hintsOf(comments: readonly HintComment[], cutoff: string): Hints {
  const end = Date.parse(cutoff);
  const early = comments
    .map(({ body, created_at, updated_at }) => ({
      body: keptText(body).trim(),
      created: Date.parse(created_at),
      updated: Date.parse(updated_at),
    }))
    .filter(({ body, created, updated }) => body !== '' && created < end && updated < end)
    .sort((one, other) => one.created - other.created || compare(one.body, other.body));
  const { text, cut } = cutText(early.map(({ body }) => body).join('\n'), hintsCharacters);
  return { text, flags: cut ? ['hints_truncated'] : [] };
}

/** Compares by code units, because a collation differs from machine to machine. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
