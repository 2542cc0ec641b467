import { commentSyntaxOf } from './comment-syntax.ts';
import type { CommentSyntax } from './comment-syntax.ts';

/** The code of a line without comments and white space. */
export interface CodeLine {
  readonly tokens: readonly string[];
  /** The tokens joined: equal for lines with equal code, empty for a line without code. */
  readonly key: string;
}

/** Makes a reader of code lines for one file. The reader caches lines, since some texts hold many equal ones. */
export function codeReader(path: string): (lines: readonly string[]) => CodeLine[] {
  const syntax = commentSyntaxOf(path);
  const seen = new Map<string, CodeLine>();
  function read(line: string): CodeLine {
    const tokens = tokensOf(codeOfLine(line, syntax));
    const code = { tokens, key: tokens.join(' ') };
    seen.set(line, code);
    return code;
  }
  return (lines) => lines.map((line) => seen.get(line) ?? read(line));
}

/**
 * Removes the comment from a line, judging by the line alone: comments and strings that span lines are not recognised. A
 * comment mark inside a string that the line opens starts no comment. A line that is only a docstring has no code.
 */
export function codeOfLine(line: string, { marks, blockLines, docstrings }: CommentSyntax): string {
  if (marks.length === 0) return line;
  const start = line.trimStart();
  if (start === '*' || blockLines.some((mark) => start.startsWith(mark))) return '';
  const code = marks.some((mark) => line.includes(mark)) ? line.slice(0, commentStart(line, marks)) : line;
  return docstrings.some((quotes) => isWholeString(code.trim(), quotes)) ? '' : code;
}

function commentStart(line: string, marks: readonly string[]): number {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] as string;
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (isQuote(character)) quote = character;
    else if (isAfterSpace(line, at) && marks.some((mark) => line.startsWith(mark, at))) return at;
  }
  return line.length;
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'" || character === '`';
}

function isAfterSpace(line: string, at: number): boolean {
  return at === 0 || line.charCodeAt(at - 1) <= 0x20;
}

function isWholeString(text: string, quotes: string): boolean {
  const end = text.indexOf(quotes, quotes.length);
  return text.startsWith(quotes) && end >= 0 && end === text.length - quotes.length;
}

/** Splits into words (letters, digits, `_`, `$`) and single other characters, without white space. */
export function tokensOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}_$]+|[^\s\p{L}\p{N}\p{M}_$]/gu) ?? [];
}
