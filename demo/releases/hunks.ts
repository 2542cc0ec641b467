/** One changed place of a text: the lines from `start` (0-based) on, `removed` of them, give way to `added`. */
export interface Hunk {
  readonly start: number;
  readonly removed: number;
  readonly added: readonly string[];
}

const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/;

/** Hunks of `git diff -U0` of one file, read as latin1 so that every byte is kept. Added lines have their line ends. */
export function parseHunks(diff: string): Hunk[] {
  const hunks: (Hunk & { added: string[] })[] = [];
  let last = '';
  for (const line of diff.split('\n')) {
    const open = hunks.at(-1);
    const [, from, count = '1'] = header.exec(line) ?? [];
    if (from !== undefined) hunks.push(emptyHunk(Number(from), Number(count)));
    else if (open !== undefined && line.startsWith('+')) open.added.push(`${line.slice(1)}\n`);
    else if (open !== undefined && line.startsWith('\\') && last === '+') dropLineEnd(open.added);
    last = line.charAt(0);
  }
  return hunks;
}

/** The text with the first `count` of its hunks applied. */
export function applyHunks(text: string, hunks: readonly Hunk[], count: number): string {
  const lines = text.split(/(?<=\n)/);
  const result: string[] = [];
  let position = 0;
  for (const { start, removed, added } of hunks.slice(0, count)) {
    result.push(...lines.slice(position, start), ...added);
    position = start + removed;
  }
  return [...result, ...lines.slice(position)].join('');
}

/** A hunk that removes nothing names the line after which it adds. */
function emptyHunk(from: number, removed: number): Hunk & { added: string[] } {
  return { start: removed === 0 ? from : from - 1, removed, added: [] };
}

function dropLineEnd(lines: string[]): void {
  const line = lines.pop();
  if (line !== undefined) lines.push(line.slice(0, -1));
}
