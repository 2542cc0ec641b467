import type { ChangeBlock } from './changes.ts';
import { withoutReturn } from './lines.ts';

interface OpenBlock {
  /** Index in the old lines of the hunk. */
  readonly start: number;
  readonly removed: string[];
  readonly added: string[];
}

/** The blocks of one hunk of a unified diff, header line included. */
export function hunkBlocks(text: string): ChangeBlock[] {
  const [header = '', ...lines] = text.split('\n');
  const old: string[] = [];
  const blocks: OpenBlock[] = [];
  let open: OpenBlock | null = null;
  for (const line of lines) {
    const mark = line[0];
    if (mark === ' ') open = null;
    if ((mark === '-' || mark === '+') && open === null) {
      open = { start: old.length, removed: [], added: [] };
      blocks.push(open);
    }
    const content = withoutReturn(line.slice(1));
    if (mark === '+') open?.added.push(content);
    if (mark === '-') open?.removed.push(content);
    if (mark === '-' || mark === ' ') old.push(content);
  }
  const first = firstOldLine(header);
  return blocks.map(({ start, removed, added }) => ({ oldStart: first + start, removed, added, hunk: old }));
}

/** An empty old range names the line before it. */
function firstOldLine(header: string): number {
  const [, start = '1', size = '1'] = /^@@ -(\d+)(?:,(\d+))?/.exec(header) ?? [];
  return Number(start) + (Number(size) === 0 ? 1 : 0);
}
