export interface Hunk {
  /** The hunk printed again: header in long form, then its lines. */
  text: string;
}

export interface ParsedHunk {
  readonly hunk: Hunk;
  /** Index of the first line after the hunk. */
  readonly next: number;
}

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?([^\n]*)/;

interface Sizes {
  source: number;
  target: number;
}

/**
 * Reads the hunk under `header` from `lines[start]` on, as unidiff 0.7.3 does: until both announced sizes are reached.
 * Null where a line is no hunk line or the sizes do not fit.
 */
export function parseHunk(
  header: string,
  lines: readonly string[],
  start: number,
): ParsedHunk | null | 'no_header' {
  const match = hunkHeader.exec(header);
  if (match === null) return 'no_header';
  const [, sourceStart, sourceSize = '1', targetStart, targetSize = '1', section = ''] = match;
  const left: Sizes = { source: Number(sourceSize), target: Number(targetSize) };
  const from = `${plain(sourceStart)},${plain(sourceSize)}`;
  const to = `${plain(targetStart)},${plain(targetSize)}`;
  const head = `@@ -${from} +${to} @@${section === '' ? '' : ` ${section}`}\n`;
  return readBody(head, left, lines, start);
}

function plain(digits = ''): string {
  return digits.replace(/^0+(?=\d)/, '');
}

function readBody(head: string, left: Sizes, lines: readonly string[], start: number): ParsedHunk | null {
  let text = head;
  let at = start;
  while (at < lines.length) {
    const line = bodyLine(lines[at] as string);
    if (line === null) return null;
    at += 1;
    if (line[0] === ' ' || line[0] === '-') left.source -= 1;
    if (line[0] === ' ' || line[0] === '+') left.target -= 1;
    if (left.source < 0 || left.target < 0) return null;
    text += line;
    if (left.source === 0 && left.target === 0) break;
  }
  return left.source === 0 && left.target === 0 ? { hunk: { text }, next: at } : null;
}

/** A line without a mark counts as context when it is blank: one or two line end characters, the rest of it dropped. */
function bodyLine(line: string): string | null {
  if (/^[ +\\-]/.test(line)) return line;
  const blank = /^[\r\n]{1,2}/.exec(line);
  return blank === null ? null : ` ${blank[0]}`;
}
