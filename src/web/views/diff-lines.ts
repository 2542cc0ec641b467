export type DiffLineKind = 'header' | 'hunk' | 'added' | 'removed' | 'context' | 'note';

export interface DiffLine {
  readonly kind: DiffLineKind;
  readonly text: string;
}

export interface DiffFile {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly lines: readonly DiffLine[];
}

const hunkHeader = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
const kinds: Readonly<Record<string, DiffLineKind>> = {
  '+': 'added',
  '-': 'removed',
  '\\': 'note',
  ' ': 'context',
};

/** Lines of a hunk still to come, on each side. Only they tell a removed `-- x` from a `--- x` header. */
interface Open {
  before: number;
  after: number;
}

function openHunk(line: string): Open | null {
  const match = hunkHeader.exec(line);
  return match === null ? null : { before: Number(match[1] ?? 1), after: Number(match[2] ?? 1) };
}

function kindOf(line: string, open: Open): DiffLineKind {
  if (line.startsWith('\\')) return 'note';
  if (open.before <= 0 && open.after <= 0) return hunkHeader.test(line) ? 'hunk' : 'header';
  return kinds[line.slice(0, 1)] ?? 'context';
}

function consume(kind: DiffLineKind, open: Open): void {
  if (kind === 'removed' || kind === 'context') open.before -= 1;
  if (kind === 'added' || kind === 'context') open.after -= 1;
}

function readLines(lines: readonly string[]): DiffLine[] {
  let open: Open = { before: 0, after: 0 };
  return lines.map((text) => {
    const kind = kindOf(text, open);
    if (kind === 'hunk') open = openHunk(text) ?? open;
    consume(kind, open);
    return { kind, text };
  });
}

function pathOf(lines: readonly DiffLine[]): string {
  const headers = lines.filter(({ kind }) => kind === 'header').map(({ text }) => text);
  const named = (prefix: string): string | undefined =>
    headers
      .find((text) => text.startsWith(prefix) && !text.startsWith('/dev/null', prefix.length))
      ?.slice(prefix.length);
  const path = named('+++ ') ?? named('--- ');
  if (path !== undefined) return path.replace(/^[ab]\//, '').replace(/\t.*$/, '');
  return named('rename to ') ?? headers[0]?.replace(/^diff --git a\/.* b\//, '') ?? '';
}

/** Whether a new file starts: `diff --git` outside a hunk, which is how git itself separates files. */
function fileStarts(lines: readonly DiffLine[]): number[] {
  const starts: number[] = [];
  for (const [at, { kind, text }] of lines.entries()) {
    if (kind === 'header' && text.startsWith('diff --git ')) starts.push(at);
  }
  return starts;
}

/** Splits a git diff by file and says of each line what it is. Text before the first file is left out. */
export function readDiff(diff: string): DiffFile[] {
  const lines = readLines(diff.replace(/\n$/, '').split('\n'));
  const starts = fileStarts(lines);
  return starts.map((start, index) => {
    const own = lines.slice(start, starts[index + 1]);
    const tally = (kind: DiffLineKind): number => own.filter((line) => line.kind === kind).length;
    return { path: pathOf(own), added: tally('added'), removed: tally('removed'), lines: own };
  });
}
