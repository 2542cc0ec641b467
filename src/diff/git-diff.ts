/** `note` is git's `\\ No newline at end of file`. */
export type DiffLineKind = 'header' | 'hunk' | 'added' | 'removed' | 'context' | 'note';

/** One line of a git diff. `text` is the whole line with its mark. */
export interface DiffLine {
  readonly kind: DiffLineKind;
  readonly text: string;
}

/** The changed lines of one `@@` block, without their marks. */
export interface DiffHunk {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** One file of a git diff. */
export interface DiffFile {
  /** The path after the change; the path before it where the file was deleted. */
  readonly path: string;
  /** All lines from `diff --git` on. */
  readonly lines: readonly DiffLine[];
  readonly hunks: readonly DiffHunk[];
  readonly binary: boolean;
  readonly submodule: boolean;
  /** Renamed or copied. */
  readonly moved: boolean;
}

interface OpenFile {
  path: string;
  readonly lines: DiffLine[];
  readonly hunks: { removed: string[]; added: string[] }[];
  binary: boolean;
  submodule: boolean;
  moved: boolean;
}

/** Lines of the current hunk that are still to come, on each side. */
interface LinesLeft {
  old: number;
  new: number;
}

const hunkHeader = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Reads what `git diff` writes with the prefixes `a/` and `b/`; text before the first file is left out. The sizes in the
 * hunk headers decide where a hunk ends: a removed line `-- x` looks like a header `--- x` otherwise.
 */
export function readGitDiff(diff: string): DiffFile[] {
  const files: OpenFile[] = [];
  const left: LinesLeft = { old: 0, new: 0 };
  for (const text of diff.replace(/\n$/, '').split('\n')) {
    const kind = kindOf(text, left);
    if (kind === 'header' && text.startsWith('diff --git ')) files.push(startFile(text));
    const file = files.at(-1);
    if (file !== undefined) takeLine(file, { kind, text }, left);
  }
  return files;
}

function kindOf(text: string, left: LinesLeft): DiffLineKind {
  if (text.startsWith('\\')) return 'note';
  if (left.old <= 0 && left.new <= 0) return hunkHeader.test(text) ? 'hunk' : 'header';
  if (text.startsWith('+')) return 'added';
  return text.startsWith('-') ? 'removed' : 'context';
}

function startFile(header: string): OpenFile {
  const path = pathOfHeader(header);
  return { path, lines: [], hunks: [], binary: false, submodule: false, moved: false };
}

function takeLine(file: OpenFile, line: DiffLine, left: LinesLeft): void {
  const { kind, text } = line;
  file.lines.push(line);
  if (kind === 'header') readHeader(file, text);
  if (kind === 'hunk') startHunk(file, text, left);
  if (kind === 'added') file.hunks.at(-1)?.added.push(text.slice(1));
  if (kind === 'removed') file.hunks.at(-1)?.removed.push(text.slice(1));
  if (kind === 'removed' || kind === 'context') left.old -= 1;
  if (kind === 'added' || kind === 'context') left.new -= 1;
}

function startHunk(file: OpenFile, header: string, left: LinesLeft): void {
  const [, oldSize = '1', newSize = '1'] = hunkHeader.exec(header) ?? [];
  file.hunks.push({ removed: [], added: [] });
  left.old = Number(oldSize);
  left.new = Number(newSize);
}

function readHeader(file: OpenFile, line: string): void {
  if (line.startsWith('+++ b/') || line.startsWith('+++ "b/')) file.path = pathOf(line.slice(4));
  else if (/^(rename|copy) to /.test(line)) {
    file.moved = true;
    file.path = unquoted(line.replace(/^(rename|copy) to /, ''));
  } else if (line.startsWith('Binary files ') || line === 'GIT binary patch') file.binary = true;
  else if (/^(new file mode|deleted file mode|index \S+) 160000$/.test(line)) file.submodule = true;
}

/** Splits the line in its middle: both paths are equal wherever no other header names the path. */
function pathOfHeader(line: string): string {
  const paths = line.slice('diff --git '.length);
  return pathOf(paths.slice((paths.length + 1) / 2));
}

/** git appends a tab to a path that contains a space. */
function pathOf(text: string): string {
  return unquoted(text.replace(/\t$/, '')).replace(/^[ab]\//, '');
}

const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};

/** git quotes bytes outside printable ASCII as octal numbers. */
function unquoted(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"')) return text;
  const bytes: number[] = [];
  for (const [part] of text.slice(1, -1).matchAll(/\\[0-7]{3}|\\.|[^\\]+/g)) {
    if (/^\\\d/.test(part)) bytes.push(Number.parseInt(part.slice(1), 8));
    else if (part.startsWith('\\')) bytes.push(escapes[part.slice(1)] ?? 92);
    else bytes.push(...Buffer.from(part));
  }
  return Buffer.from(bytes).toString('utf8');
}
