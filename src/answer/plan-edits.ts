import type { FileTexts } from '../diff/file-patches.ts';
import { lineChanges } from '../diff/unified-diff.ts';
import type { LineChange } from '../diff/unified-diff.ts';
import { dividerLine, type Edit, isReadable } from './answer-form.ts';

/**
 * Edits that turn the files of `before` into those of `after`, file by file; a file that `before` lacks starts empty. Null
 * where one file has no such edits, and where nothing differs.
 */
export function planChange(before: FileTexts, after: FileTexts): Edit[] | null {
  const edits: Edit[] = [];
  for (const [path, text] of after) {
    const old = before.get(path) ?? '';
    const planned = old === text ? [] : planEdits(path, old, text);
    if (planned === null) return null;
    edits.push(...planned);
  }
  return edits.length === 0 ? null : edits;
}

/** Up to this many neighbouring lines, every split between above and below is tried; beyond, sizes double. */
const finelyTried = 24;

/**
 * Plans edits that turn `before` into `after` when applied in order. Each SEARCH occurs exactly once in the text at its turn
 * and differs from its REPLACE. Null where the form of an answer has no such edits.
 */
export function planEdits(path: string, before: string, after: string): Edit[] | null {
  const oldLines = before.split('\n');
  const newLines = after.split('\n');
  const edits: Edit[] = [];
  let lines = oldLines;
  let shift = 0;
  const changes = lineChanges(oldLines, newLines).flatMap((change) => splitAtDividers(change, oldLines));
  for (const change of changes) {
    const step: Step = {
      lines,
      start: change.aStart + shift,
      end: change.aEnd + shift,
      replacement: newLines.slice(change.bStart, change.bEnd),
    };
    const edit = smallestEdit(path, step);
    if (edit === null) return null;
    edits.push(edit);
    lines = lines.slice(0, step.start).concat(step.replacement, lines.slice(step.end));
    shift += step.replacement.length - (step.end - step.start);
  }
  return edits;
}

/** Replaces lines[start, end) by `replacement`; an insertion where start equals end. */
interface Step {
  readonly lines: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly replacement: readonly string[];
}

/** A SEARCH can hold a divider line only as its first line, so each divider line starts a new change. */
function splitAtDividers(change: LineChange, lines: readonly string[]): LineChange[] {
  const starts = [change.aStart];
  for (let at = change.aStart + 1; at < change.aEnd; at += 1) {
    if (lines[at] === dividerLine) starts.push(at);
  }
  return starts.map((aStart, index) => ({
    aStart,
    aEnd: starts[index + 1] ?? change.aEnd,
    bStart: index === 0 ? change.bStart : change.bEnd,
    bEnd: change.bEnd,
  }));
}

function smallestEdit(path: string, step: Step): Edit | null {
  const text = `\n${step.lines.join('\n')}`;
  for (const [above, below] of windows(step)) {
    const edit = editOf(path, step, above, below);
    if (edit !== null && isReadable(edit) && occursOnce(text, `\n${edit.search}`)) return edit;
  }
  return null;
}

/** Numbers of context lines above and below, fewest first, even splits before uneven ones, all lines last. */
function* windows({ lines, start, end }: Step): Generator<[above: number, below: number]> {
  const above = start;
  const below = lines.length - end;
  for (let extra = 0; extra <= Math.min(finelyTried, above + below); extra += 1) {
    for (let uneven = extra % 2; uneven <= extra; uneven += 2) {
      const more = (extra + uneven) / 2;
      const less = extra - more;
      if (more <= above && less <= below) yield [more, less];
      if (uneven > 0 && less <= above && more <= below) yield [less, more];
    }
  }
  for (let size = finelyTried; size < Math.max(above, below); size *= 2) {
    yield [Math.min(size, above), Math.min(size, below)];
    yield [Math.min(size, above), 0];
    yield [0, Math.min(size, below)];
  }
  yield [above, below];
}

/** Null where SEARCH or REPLACE would have no line: the form cannot express that. */
function editOf(path: string, step: Step, above: number, below: number): Edit | null {
  const before = step.lines.slice(step.start - above, step.start);
  const after = step.lines.slice(step.end, step.end + below);
  const search = [...before, ...step.lines.slice(step.start, step.end), ...after];
  const replace = [...before, ...step.replacement, ...after];
  if (search.length === 0 || replace.length === 0) return null;
  return { path, search: search.join('\n'), replace: replace.join('\n') };
}

function occursOnce(text: string, part: string): boolean {
  const first = text.indexOf(part);
  return first >= 0 && !text.includes(part, first + 1);
}
