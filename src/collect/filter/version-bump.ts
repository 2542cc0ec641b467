import type { DiffHunk } from '../../diff/git-diff.ts';

/** `1.2`, `v2.0.0-rc.1`, `2024.05.01`, `^4.17.21`, `1.2.x`. */
const version = /[v^~=<>]{0,2}\d{1,9}(?:\.(?:\d{1,9}|x|\*)){1,5}(?:[-.+]?[A-Za-z]{1,12}[\w.+-]{0,40})?/g;
/** A name with `version` or `release` in it that gets a literal: not a comparison, and not a call's argument. */
const assignment =
  /(?:^|[^A-Za-z])[\w.-]{0,40}(?:version|release)[\w.-]{0,40}["']?\s{0,8}(?::\s?[\w&' ]{1,20}\s?)?(?:=>|:=|[=:](?![=>]))\s{0,8}[("'[v]{0,3}\d|<version>|#\s*define\s+\w*VERSION\w*\s|^\s*(?:VERSION|version)\s*\(?\s*["'(]/i;
const numbers = /\d+/g;
const stage = /(?:[-.]?(?:alpha|beta|rc|dev|final|post|snapshot|pre)[-.]?#?|(?<=#)[ab]#)/gi;

/**
 * Whether a hunk only moves versions. In a file of packaging any version counts; in code only where a version is
 * assigned, because numbers decide there: `timeout = 1.5` is a fix.
 */
export function isVersionBump(hunk: DiffHunk, inPackaging: boolean): boolean {
  const removed = hunk.removed.filter((line) => line.trim() !== '');
  const added = hunk.added.filter((line) => line.trim() !== '');
  if (removed.length === 0 || removed.length !== added.length) return false;
  return removed.every((line, at) => onlyVersionDiffers(line, added[at] ?? '', inPackaging));
}

function onlyVersionDiffers(removed: string, added: string, inPackaging: boolean): boolean {
  if (removed.length > 1000 || added.length > 1000) return false;
  if (assignment.test(removed) && assignment.test(added)) return masked(removed) === masked(added);
  const versioned = removed.search(version) !== -1 && added.search(version) !== -1;
  return inPackaging && versioned && removed.replaceAll(version, '#') === added.replaceAll(version, '#');
}

function masked(line: string): string {
  return line
    .replaceAll(numbers, '#')
    .replaceAll(stage, '')
    .replaceAll(/#(?:[.,]\s*#)*/g, '#')
    .replaceAll(/["']/g, '"');
}
