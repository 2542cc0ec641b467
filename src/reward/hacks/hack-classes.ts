/**
 * Classes of degenerate answers: by the form of the edits, by the shape of the change, by its place and its length. An answer
 * has the first class that fits. Identical answers of a group are not a class here: only the trainer sees groups.
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
