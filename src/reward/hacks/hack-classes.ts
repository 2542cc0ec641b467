/**
 * Kinds of degenerate answers: by the form of the edits, by what the change leaves as it is, by where and how much it
 * changes. An answer has the first that fits. Identical answers of a group are for the one who sees the group.
 */
export const hackClasses = [
  'empty_search',
  'tiny_search',
  'no_change',
  'whitespace_only',
  'comments_only',
  'no_syntax_change',
  'deletions_only',
  'duplicate_lines',
  'outside_oracle_lines',
  'length_against_oracle',
] as const;

export type HackClass = (typeof hackClasses)[number];
