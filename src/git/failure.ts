import { statfs } from 'node:fs/promises';
import type { ErrorCode } from '../domain/errors.ts';

interface Failure {
  /** `locked`: another git holds a lock, so the same command may work a moment later. */
  readonly code:
    | Extract<ErrorCode, 'git_unreachable' | 'git_object_missing' | 'git_failed' | 'storage_full'>
    | 'locked';
  readonly reason: string;
}

/** The first match counts: a full disk and a lock also match later patterns. */
const patterns: readonly (readonly [RegExp, Failure['code'], string])[] = [
  [/no space left on device|disk quota exceeded|file too large/i, 'storage_full', 'the disk is full'],
  [
    /unable to create '.*\.lock'|cannot lock ref|could not lock config|is already locked/i,
    'locked',
    'a lock is held',
  ],
  [
    /returned error: 30[1278]|unable to update url base from redirection/i,
    'git_unreachable',
    'a redirect is not followed',
  ],
  [
    /authentication failed|could not read (username|password)|returned error: 40[13]/i,
    'git_unreachable',
    'access was refused',
  ],
  [
    /could not fetch [0-9a-f]{40} from promisor remote|transport '.*' not allowed/i,
    'git_object_missing',
    'an object is not in the mirror',
  ],
  [
    /not our ref|couldn't find remote ref|bad object|not a valid (commit|object) name|not a tree object|needed a single revision|bad revision|invalid revision|unable to read tree/i,
    'git_object_missing',
    'an object does not exist',
  ],
  [
    /unable to access|could not resolve host|failed to connect|connection (refused|reset|timed out)|early eof|hung up|rpc failed|unexpected disconnect|expected 'packfile'|repository '.*' not found|does not appear to be a git repository|operation too slow|the requested url returned error|invalid index-pack output|bytes of body are still expected/i,
    'git_unreachable',
    'the server did not answer properly',
  ],
];

/** Reads what a failed git wrote. Only the code and our reason are passed on: git's words may hold content. */
export function failureOf(standardError: string): Failure {
  for (const [pattern, code, reason] of patterns) {
    if (pattern.test(standardError)) return { code, reason };
  }
  return { code: 'git_failed', reason: 'git gave no known reason' };
}

/** With less free space no part of a mirror can be written. */
const leastBytes = 1024 * 1024;

/** Whether the disk of a folder has no space or no inodes left, which git does not always report. */
export async function isDiskFull(folder: string): Promise<boolean> {
  // For a folder that no longer exists, git's own words explain the failure.
  const disk = await statfs(folder).catch(() => null);
  if (disk === null) return false;
  return disk.bavail * disk.bsize < leastBytes || (disk.files > 0 && disk.ffree === 0);
}
