import type { ChangeBlock, Changes } from '../change/changes.ts';
import { codeReader, tokensOf } from '../change/code-line.ts';
import { featuresOf } from '../change/features.ts';
import type { HackClass } from './hack-classes.ts';

/** Hack classes that depend on the change alone, not on the oracle. */
export type ChangeShape = Extract<
  HackClass,
  | 'no_change'
  | 'whitespace_only'
  | 'comments_only'
  | 'no_syntax_change'
  | 'deletions_only'
  | 'duplicate_lines'
>;

interface CodeBlock {
  /** Tokens of all lines, comments included. */
  readonly removedWords: readonly string[];
  readonly addedWords: readonly string[];
  /** Tokens of the code of each line; lines without code are left out. */
  readonly removed: readonly (readonly string[])[];
  readonly added: readonly (readonly string[])[];
}

/** The first shape that holds for every block of the change; null for a change that brings new code. */
export function shapeOf(changes: Changes): ChangeShape | null {
  // In most changes the first block already differs from every shape, so blocks are read lazily.
  const blocks = [...changes].flatMap(([path, ofFile]) => {
    const read = codeReader(path);
    return ofFile.map((block) => once(() => codeBlock(read, block)));
  });
  if (blocks.length === 0) return 'no_change';
  const all = (holds: (block: CodeBlock) => boolean): boolean => blocks.every((block) => holds(block()));
  if (all((block) => equal(block.removedWords, block.addedWords))) return 'whitespace_only';
  if (all((block) => equal(block.removed.flat(), block.added.flat()))) return 'comments_only';
  if (all((block) => equal(syntaxOf(block.removed), syntaxOf(block.added)))) return 'no_syntax_change';
  if (all((block) => block.added.length === 0)) return 'deletions_only';
  return bringsNothingNew(changes) ? 'duplicate_lines' : null;
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

function codeBlock(read: ReturnType<typeof codeReader>, { removed, added }: ChangeBlock): CodeBlock {
  const code = (lines: readonly string[]): (readonly string[])[] =>
    read(lines).flatMap(({ tokens }) => (tokens.length > 0 ? [tokens] : []));
  const [removedWords, addedWords] = [removed.flatMap(tokensOf), added.flatMap(tokensOf)];
  return { removedWords, addedWords, removed: code(removed), added: code(added) };
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index]);
}

/** Normalises quotes and removes commas before closing brackets and semicolons at ends of lines. */
function syntaxOf(lines: readonly (readonly string[])[]): string[] {
  const tokens = lines.flatMap((line) => (line.at(-1) === ';' ? line.slice(0, -1) : line));
  const plain = tokens.map((token) => (token === "'" || token === '`' ? '"' : token));
  return plain.filter((token, index) => token !== ',' || !isClosing(plain[index + 1]));
}

function isClosing(token: string | undefined): boolean {
  return token === ')' || token === ']' || token === '}';
}

function bringsNothingNew(changes: Changes): boolean {
  return [...changes].every(([path, blocks]) => featuresOf(path, blocks).fresh.size === 0);
}
