import type { Edit } from '../../answer/parse-answer.ts';
import type { FileTexts } from '../../diff/file-patches.ts';
import type { HackClass } from './hack-classes.ts';

/** What the SEARCH parts of an answer give away; null where they name a place. */
export function classifyEdits(edits: readonly Edit[], context: FileTexts): HackClass | null {
  if (edits.some((edit) => searchesNothing(edit, context))) return 'empty_search';
  return edits.some((edit) => searchesLittle(edit, context)) ? 'tiny_search' : null;
}

/** An empty SEARCH says nothing about the place, except in a file that has none: it is new or empty. */
export function searchesNothing({ path, search }: Edit, context: FileTexts): boolean {
  return search === '' && (context.get(path) ?? '') !== '';
}

/** At most three characters, which are no line of their own or stand in more than one place. */
function searchesLittle({ path, search }: Edit, context: FileTexts): boolean {
  const before = context.get(path);
  if (before === undefined || search.trim().length > 3) return false;
  const text = `\n${before}\n`;
  const first = text.indexOf(`\n${search}`);
  if (first < 0) return false;
  return text[first + 1 + search.length] !== '\n' || text.includes(`\n${search}`, first + 1);
}
