import type { Edit } from './parse-answer.ts';

/**
 * Characters that one answer may add, over all files, by replacing the same text in more than one place; what it writes
 * itself is free. Without a limit 160 edits that double a line, 10 kB in all, would make a text of 2^160 characters.
 */
const mostRepeated = 2 ** 20;

/**
 * Characters that may be searched in all, and as many more for each character of the files and edits: 370 edits of a
 * file of 300 kB, thousands of a short one. A text of empty lines, the worst, takes 5 ns a character.
 */
const searchedAlways = 2 ** 25;
const searchedPerCharacter = 256;

/** How far the edits of one answer may still go. */
export interface EditRoom {
  /** Whether one more search of `text` fits. */
  takeSearch(text: string): boolean;
  /** Whether replacing the edit's text in so many places fits. */
  takeReplacement(edit: Edit, places: number): boolean;
}

/** `size` is the number of characters in the files before and in the edits together. */
export function createEditRoom(size: number): EditRoom {
  let repeated = mostRepeated;
  let searched = searchedAlways + searchedPerCharacter * size;
  return {
    takeSearch({ length }) {
      searched -= length;
      return searched >= 0;
    },
    takeReplacement({ search, replace }, places) {
      repeated -= (places - 1) * Math.max(0, replace.length - search.length);
      return repeated >= 0;
    },
  };
}
