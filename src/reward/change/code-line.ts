import { codeOfLine } from './code-of-line.ts';
import { commentSyntaxOf } from './comment-syntax.ts';
import { tokensOf } from './tokens.ts';

/** The code of a line, without comments and white space. */
export interface CodeLine {
  readonly tokens: readonly string[];
  /** The same for lines with the same tokens, empty for a line without code. */
  readonly key: string;
}

/** Reads the code of lines of one file; a line that was read before costs nothing, as in texts of many equal lines. */
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
