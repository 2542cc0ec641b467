import { binarySource } from './binary-line.ts';

/** One file of a unified diff; `source` and `target` as written, prefixes included. */
export interface UnidiffFile {
  source: string;
  target: string;
  isBinary: boolean;
  readonly hunks: UnidiffHunk[];
}

/** The parser's state: `source` is the last source named by a `---` line, `file` the file that the next hunk belongs to. */
interface Cursor {
  readonly lines: readonly string[];
  at: number;
  readonly files: UnidiffFile[];
  file: UnidiffFile | null;
  source: string | null;
  inPreamble: boolean;
}

const gitHeader = /^diff --git ([^\t\n]+) ([^\t\n]+)/;
const sourceLine = /^--- ([^\t\n]+)/;
const targetLine = /^\+\+\+ ([^\t\n]+)/;
const noNewlineMark = '\\ No newline at end of file';

/** Reads a unified diff as unidiff 0.7.3 does; null where unidiff refuses the whole text (docs/contracts/reward.md#unified-diffs). */
export function parseUnifiedDiff(text: string): UnidiffFile[] | null {
  const cursor: Cursor = {
    lines: linesWithEnds(text),
    at: 0,
    files: [],
    file: null,
    source: null,
    inPreamble: false,
  };
  while (cursor.at < cursor.lines.length) {
    const line = cursor.lines[cursor.at] as string;
    cursor.at += 1;
    if (!readLine(cursor, line)) return null;
  }
  return cursor.files;
}

function linesWithEnds(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    lines.push(text.slice(start, end + 1));
    start = end + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** Returns false where the line makes the whole diff unreadable. */
function readLine(cursor: Cursor, line: string): boolean {
  const git = gitHeader.exec(line);
  if (git !== null) return startFile(cursor, git[1] as string, git[2] as string, true);
  if (/^new file mode \d+\n?$/.test(line)) return setEnd(cursor, 'source');
  if (/^deleted file mode \d+\n?$/.test(line)) return setEnd(cursor, 'target');
  const source = sourceLine.exec(line);
  if (source !== null) return readSource(cursor, source[1] as string);
  const target = targetLine.exec(line);
  if (target !== null) return readTarget(cursor, target[1] as string);
  if (line.startsWith('@@ -')) return readHunk(cursor, line);
  if (line.startsWith(noNewlineMark)) return appendToHunk(cursor, `${noNewlineMark}\n`);
  if (line === '\n' && cursor.file !== null) return appendToHunk(cursor, line);
  return readOther(cursor, line);
}

function startFile(cursor: Cursor, source: string, target: string, inPreamble: boolean): true {
  cursor.file = { source, target, isBinary: false, hunks: [] };
  cursor.files.push(cursor.file);
  cursor.inPreamble = inPreamble;
  return true;
}

function setEnd(cursor: Cursor, end: 'source' | 'target'): boolean {
  if (cursor.file === null || !cursor.inPreamble) return false;
  cursor.file[end] = '/dev/null';
  return true;
}

function readSource(cursor: Cursor, source: string): true {
  cursor.source = source;
  if (cursor.file?.source !== source) cursor.file = null;
  return true;
}

function readTarget(cursor: Cursor, target: string): boolean {
  if (cursor.file !== null) return cursor.file.target === target;
  return cursor.source !== null && startFile(cursor, cursor.source, target, false);
}

function readHunk(cursor: Cursor, line: string): boolean {
  const parsed = parseHunk(line, cursor.lines, cursor.at);
  if (parsed === 'no_header') return readOther(cursor, line);
  if (parsed === null || cursor.file === null) return false;
  cursor.inPreamble = false;
  cursor.file.hunks.push(parsed.hunk);
  cursor.at = parsed.next;
  return true;
}

function appendToHunk(cursor: Cursor, text: string): boolean {
  const last = cursor.file?.hunks.at(-1);
  if (last === undefined) return false;
  last.text += text;
  return true;
}

/**
 * Any other line opens or continues the preamble of the next file, unless it declares a binary file. The source of a binary
 * file replaces the last source named, but only after a `---` line: unidiff keeps both in local variables.
 */
function readOther(cursor: Cursor, line: string): true {
  if (!cursor.inPreamble) cursor.file = null;
  cursor.inPreamble = true;
  const binary = binarySource(line);
  if (binary === null) return true;
  if (cursor.source !== null) cursor.source = binary;
  if (cursor.file !== null) cursor.file.isBinary = true;
  cursor.file = null;
  cursor.inPreamble = false;
  return true;
}

export interface UnidiffHunk {
  /** The hunk as unidiff prints it: the header in long form, for example `@@ -3,1 +3,2 @@`, then the lines. */
  text: string;
}

interface ParsedHunk {
  readonly hunk: UnidiffHunk;
  /** Index of the first line after the hunk. */
  readonly next: number;
}

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?([^\n]*)/;

interface Sizes {
  source: number;
  target: number;
}

/**
 * Reads the hunk of `header` from `lines[start]` on, as unidiff 0.7.3 does: until both sizes of the header are reached.
 * Returns null where a line is no hunk line or the sizes do not fit.
 */
function parseHunk(header: string, lines: readonly string[], start: number): ParsedHunk | null | 'no_header' {
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

/** A blank line without a mark counts as context; only its first one or two line end characters are kept. */
function bodyLine(line: string): string | null {
  if (/^[ +\\-]/.test(line)) return line;
  const blank = /^[\r\n]{1,2}/.exec(line);
  return blank === null ? null : ` ${blank[0]}`;
}
