import { MendloopError } from '../domain/errors.ts';

/** A: added, M: modified, D: deleted, R: renamed, C: copied, T: changed between file, link and submodule. */
export type ChangeStatus = 'A' | 'M' | 'D' | 'R' | 'C' | 'T';
export type ChangedFileKind = 'file' | 'executable' | 'link' | 'submodule';

export interface FileChange {
  readonly status: ChangeStatus;
  readonly path: string;
  /** The earlier path of a renamed or copied file. */
  readonly oldPath?: string;
  /** Lines; 0 for a binary file. */
  readonly additions: number;
  readonly deletions: number;
  readonly binary: boolean;
  /** The kind before and after; null when the file does not exist there. */
  readonly before: ChangedFileKind | null;
  readonly after: ChangedFileKind | null;
}

const kinds: Readonly<Record<string, ChangedFileKind | null>> = {
  '000000': null,
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '120000': 'link',
  '160000': 'submodule',
};

/** Reads the output of `git diff --raw --numstat -z`. */
export function parseChanges(output: string): FileChange[] {
  const fields = output.split('\0');
  const changes: FileChange[] = [];
  let at = 0;
  while (fields[at]?.startsWith(':') === true) {
    const [before, after, , , status] = field(fields, at++).slice(1).split(' ');
    const first = field(fields, at++);
    const moved = status?.startsWith('R') === true || status?.startsWith('C') === true;
    const path = moved ? field(fields, at++) : first;
    changes.push({
      status: statusOf(status),
      path,
      ...(moved ? { oldPath: first } : {}),
      additions: 0,
      deletions: 0,
      binary: false,
      before: kindOf(before),
      after: kindOf(after),
    });
  }
  return changes.map((change) => {
    const [additions, deletions, path] = field(fields, at++).split('\t');
    // For a moved file the path is empty, and two more fields hold the old and the new path.
    if (path === '') at += 2;
    return { ...change, additions: lines(additions), deletions: lines(deletions), binary: additions === '-' };
  });
}

/** One content of a changed file, before or after. */
export interface ChangedFile {
  readonly path: string;
  readonly object: string;
}

/** Reads the output of `git diff --raw --no-renames -z`; submodules are left out. */
export function parseChangedFiles(output: string): ChangedFile[] {
  const fields = output.split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; fields[at]?.startsWith(':') === true; at += 2) {
    const [before, after, old = '', fresh = ''] = field(fields, at).slice(1).split(' ');
    const path = field(fields, at + 1);
    if (hasContent(before)) files.push({ path, object: old });
    if (hasContent(after)) files.push({ path, object: fresh });
  }
  return files;
}

function hasContent(mode: string | undefined): boolean {
  const kind = kindOf(mode);
  return kind !== null && kind !== 'submodule';
}

function field(fields: readonly string[], at: number): string {
  const value = fields[at];
  if (value === undefined)
    throw new MendloopError('git_failed', 'git diff gave an unreadable list of changes');
  return value;
}

function lines(count: string | undefined): number {
  return count === undefined || count === '-' ? 0 : Number(count);
}

function statusOf(text: string | undefined): ChangeStatus {
  const letter = text?.[0];
  switch (letter) {
    case 'A':
    case 'M':
    case 'D':
    case 'R':
    case 'C':
    case 'T':
      return letter;
    default:
      throw new MendloopError('git_failed', 'git diff gave an unknown kind of change');
  }
}

function kindOf(mode: string | undefined): ChangedFileKind | null {
  const kind = kinds[mode ?? ''];
  if (kind === undefined) throw new MendloopError('git_failed', 'git diff gave an unknown file mode');
  return kind;
}
