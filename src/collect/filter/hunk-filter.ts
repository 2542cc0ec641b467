import { type DiffFile, type DiffHunk, readGitDiff } from '../../diff/git-diff.ts';
import type { RejectionReason } from '../../domain/rejection.ts';
import { classifyFile } from '../file/classify-file.ts';
import { fileKindOf } from '../file/file-kind.ts';
import { isTestFile } from '../file/test-file.ts';
import { isVersionBump } from './version-bump.ts';

/** Why a hunk does not count as a change that fixes something; `none` counts. */
export const hunkFlags = [
  'lock_file',
  'version_bump',
  'packaging',
  'generated',
  'documentation',
  'whitespace',
  'binary',
  'submodule',
  'mode',
  'none',
] as const;
export type HunkFlag = (typeof hunkFlags)[number];

export interface ChangeLimits {
  /** Files in the diff. */
  readonly maximumFiles: number;
  /** Removed and added lines together, without those of lock files and generated files. */
  readonly maximumLines: number;
  /** The whole diff. */
  readonly maximumBytes: number;
}

export interface ChangeJudgement {
  /** Null where the change may become an instance. */
  readonly reason: Extract<
    RejectionReason,
    'empty' | 'oversize' | 'lock_files_only' | 'version_bump_only' | 'packaging_only' | 'no_source_change'
  > | null;
  /** How many hunks bear each flag; a file without hunks counts as one. */
  readonly counts: Readonly<Record<HunkFlag, number>>;
}

interface Counted {
  readonly flag: HunkFlag;
  readonly lines: number;
  readonly source: boolean;
}

/**
 * The paper's filters (SWE-RL, appendix A) at the level of hunks: a change is dropped only when every hunk is flagged,
 * or when no hunk that counts is in a source file.
 */
export function judgeChange(diff: string, limits: ChangeLimits): ChangeJudgement {
  const files = readGitDiff(diff);
  const hunks = files.flatMap(countedHunks);
  const counts = Object.fromEntries(hunkFlags.map((flag) => [flag, 0])) as Record<HunkFlag, number>;
  for (const { flag } of hunks) counts[flag] += 1;
  if (files.length === 0) return { reason: 'empty', counts };
  const lines = hunks
    .filter(({ flag }) => flag !== 'lock_file' && flag !== 'generated')
    .reduce((sum, hunk) => sum + hunk.lines, 0);
  const oversize =
    files.length > limits.maximumFiles ||
    lines > limits.maximumLines ||
    Buffer.byteLength(diff) > limits.maximumBytes;
  if (oversize) return { reason: 'oversize', counts };
  if (hunks.some(({ flag, source }) => flag === 'none' && source)) return { reason: null, counts };
  return { reason: counts.none > 0 ? 'no_source_change' : reasonOf(hunks), counts };
}

/** What a hunk of a file is flagged as. */
export function hunkFlag(path: string, hunk: DiffHunk): HunkFlag {
  const kind = isTestFile(path) ? null : fileKindOf(path);
  if (kind === 'lock_file' || kind === 'generated') return kind;
  if (isWhitespace(hunk)) return 'whitespace';
  if (kind === 'documentation') return kind;
  if (isVersionBump(hunk, kind === 'packaging')) return 'version_bump';
  return kind ?? 'none';
}

function countedHunks(file: DiffFile): Counted[] {
  const source = classifyFile(file.path) === 'source';
  if (file.hunks.length === 0 || file.submodule || file.binary) {
    return [{ flag: flagWithoutHunks(file), lines: 0, source: source && !file.binary && !file.submodule }];
  }
  return file.hunks.map((hunk) => ({
    flag: hunkFlag(file.path, hunk),
    lines: hunk.removed.length + hunk.added.length,
    source,
  }));
}

/** A moved file and a new empty one are changes; a new mode alone is none. */
function flagWithoutHunks(file: DiffFile): HunkFlag {
  if (file.submodule) return 'submodule';
  if (file.binary) return 'binary';
  const kind = isTestFile(file.path) ? null : fileKindOf(file.path);
  if (kind !== null) return kind;
  return file.moved ? 'none' : 'mode';
}

/** Only blank lines and ends of lines differ. Indentation is meaning in some languages and stays a change. */
function isWhitespace(hunk: DiffHunk): boolean {
  const text = (lines: readonly string[]): string =>
    lines
      .map((line) => line.trimEnd())
      .filter((line) => line !== '')
      .join('\n');
  return text(hunk.removed) === text(hunk.added);
}

/** A changelog goes along with anything, so prose and blanks do not change what the rest is. */
function reasonOf(hunks: readonly Counted[]): ChangeJudgement['reason'] {
  const flags = new Set(
    hunks.map(({ flag }) => flag).filter((flag) => flag !== 'documentation' && flag !== 'whitespace'),
  );
  const within = (...allowed: readonly HunkFlag[]): boolean =>
    [...flags].every((flag) => allowed.includes(flag));
  if (flags.size === 0) return 'no_source_change';
  if (within('lock_file')) return 'lock_files_only';
  if (within('version_bump', 'lock_file')) return 'version_bump_only';
  if (within('packaging', 'version_bump', 'lock_file', 'mode', 'submodule')) return 'packaging_only';
  return 'no_source_change';
}
