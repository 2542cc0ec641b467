/** Old lines that a unified diff shows on each side of a change. */
export const shownLines = 3;

/** One run of changed lines. */
export interface ChangeBlock {
  /** Number of the first old line that it replaces, or before which it inserts; from 1. */
  readonly oldStart: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** The old lines that its hunk shows, removed ones included; one and the same array for all blocks of a hunk. */
  readonly hunk: readonly string[];
}

/** The changed files by path, each with its blocks in order; a file without a block is absent. */
export type Changes = ReadonlyMap<string, readonly ChangeBlock[]>;
