import { isSpace } from './python-strings.ts';

const start = /^Binary files? /;
const endings = [' differ', ' has changed'];
const joint = ' and ';

/**
 * The source file that a line of a diff declares binary; null for any other line. Accepts what unidiff's expression accepts,
 * `Binary files? SOURCE[\tTIME][ and TARGET[\tTIME]] differ|has changed` with the shortest source that fits, in linear time:
 * the expression backtracks quadratically, 70 s for a line of a megabyte that does not match.
 */
export function binarySource(line: string): string | null {
  const opening = start.exec(line);
  if (opening === null) return null;
  const from = opening[0].length;
  const tab = nextTab(line, from);
  const end = sourceEnd(line, from, tab);
  return end < 0 ? null : line.slice(from, end);
}

/** The end of the shortest source, which has at least one character and no tab; -1 where there is none. */
function sourceEnd(line: string, from: number, tab: number): number {
  const plain = firstEnding(line, from + 1);
  const joined = line.indexOf(joint, from + 1);
  const beforeJoint =
    joined >= 0 && joined < tab && isTargetEnded(line, joined + joint.length) ? joined : tab;
  if (plain <= tab && plain <= beforeJoint) return plain;
  if (beforeJoint < tab) return beforeJoint;
  return tab < line.length && tab > from && isEndedAfterTime(line, tab, true) ? tab : -1;
}

/** Whether a target of at least one character, an optional time and an ending follow. */
function isTargetEnded(line: string, from: number): boolean {
  const tab = nextTab(line, from);
  if (firstEnding(line, from + 1) <= tab) return true;
  return tab > from && tab < line.length && isEndedAfterTime(line, tab, false);
}

/** Whether a time and an ending follow the tab. A time is a run of digits, signs and white space; its last blank may belong to the ending. */
function isEndedAfterTime(line: string, tab: number, mayJoin: boolean): boolean {
  let timeEnd = tab + 1;
  while (timeEnd < line.length && isTime(line.charCodeAt(timeEnd))) timeEnd += 1;
  const next = timeEnd - 1;
  if (next < tab + 2) return false;
  if (endings.some((ending) => line.startsWith(ending, next))) return true;
  return mayJoin && line.startsWith(joint, next) && isTargetEnded(line, next + joint.length);
}

/** `0` to `9`, `:`, `+`, `-` and white space. */
function isTime(code: number): boolean {
  return (code >= 0x30 && code <= 0x3a) || code === 0x2b || code === 0x2d || isSpace(code);
}

function nextTab(line: string, from: number): number {
  const at = line.indexOf('\t', from);
  return at < 0 ? line.length : at;
}

/** The position of the first ending; a position beyond the line where there is none. */
function firstEnding(line: string, from: number): number {
  const starts = endings.map((ending) => line.indexOf(ending, from)).filter((at) => at >= 0);
  return Math.min(line.length + 1, ...starts);
}
