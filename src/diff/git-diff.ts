/** One `@@` block, its lines without their first character. */
export interface Hunk {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** One file of a git diff. */
export interface DiffFile {
  /** The path after the change, or before it where the file was deleted. */
  readonly path: string;
  readonly hunks: readonly Hunk[];
  readonly binary: boolean;
  readonly submodule: boolean;
  /** Renamed or copied. */
  readonly moved: boolean;
}

interface OpenFile {
  path: string;
  hunks: { removed: string[]; added: string[] }[];
  binary: boolean;
  submodule: boolean;
  moved: boolean;
}

const hunkHeader = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Reads what `git diff` writes with the prefixes `a/` and `b/`. Lines of a hunk are counted, not guessed: a removed
 * line that starts with `-- ` looks like a header otherwise.
 */
export function parseDiff(diff: string): DiffFile[] {
  const files: OpenFile[] = [];
  let removedLeft = 0;
  let addedLeft = 0;
  for (const line of diff.split('\n')) {
    const file = files.at(-1);
    const hunk = file?.hunks.at(-1);
    if (hunk !== undefined && (removedLeft > 0 || addedLeft > 0)) {
      if (line.startsWith('-')) hunk.removed.push(line.slice(1));
      if (line.startsWith('+')) hunk.added.push(line.slice(1));
      if (!line.startsWith('+') && !line.startsWith('\\')) removedLeft -= 1;
      if (!line.startsWith('-') && !line.startsWith('\\')) addedLeft -= 1;
      continue;
    }
    const header = hunkHeader.exec(line);
    if (header !== null && file !== undefined) {
      file.hunks.push({ removed: [], added: [] });
      removedLeft = Number(header[1] ?? 1);
      addedLeft = Number(header[2] ?? 1);
    } else if (line.startsWith('diff --git ')) {
      files.push({ path: pathOfHeader(line), hunks: [], binary: false, submodule: false, moved: false });
    } else if (file !== undefined) {
      readHeader(file, line);
    }
  }
  return files;
}

function readHeader(file: OpenFile, line: string): void {
  if (line.startsWith('+++ b/') || line.startsWith('+++ "b/')) file.path = pathOf(line.slice(4));
  else if (/^(rename|copy) to /.test(line)) {
    file.moved = true;
    file.path = unquoted(line.replace(/^(rename|copy) to /, ''));
  } else if (line.startsWith('Binary files ') || line === 'GIT binary patch') file.binary = true;
  else if (/^(new file mode|deleted file mode|index \S+) 160000$/.test(line)) file.submodule = true;
}

/** Both sides are equal where no other header names the path, so the line is split in its middle. */
function pathOfHeader(line: string): string {
  const paths = line.slice('diff --git '.length);
  return pathOf(paths.slice((paths.length + 1) / 2));
}

/** git ends a path that holds a space with a tab. */
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
