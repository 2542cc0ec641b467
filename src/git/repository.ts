import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { isSha, type Sha } from '../domain/ids.ts';
import type { FileChange } from './changes.ts';
import { type CommitInfo, commitInfo, commitsBetween, hasCommit, mergeBase } from './commits.ts';
import { changes, diff, type DiffOptions } from './diff.ts';
import type { GitEnvironment } from './environment.ts';
import type { GitContext } from './run-git.ts';
import { listFiles, readFiles, type TreeEntry } from './tree.ts';

export interface GitOptions {
  /** From `gitEnvironment`. */
  readonly environment: GitEnvironment;
  /** Name or path of the git program; default `git`. */
  readonly executable?: string;
  /** Ends a running git; the call then throws `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads one git directory. No method writes, and none uses the network. */
export interface Repository {
  readonly directory: string;
  /** Whether the commit is in this directory. */
  has(commit: Sha): Promise<boolean>;
  /** Null when the commits share no history. Throws `git_object_missing` when a commit is not in this directory. */
  mergeBase(one: Sha, other: Sha): Promise<Sha | null>;
  /** `git diff base head` with git's defaults; null when it is larger than `maximumBytes`. */
  diff(base: Sha, head: Sha, options: DiffOptions): Promise<Buffer | null>;
  changes(base: Sha, head: Sha): Promise<FileChange[]>;
  /** Contents by path; null for a path that is no regular file. Throws `input_invalid` above `maximumBytes` in all. */
  readFiles(commit: Sha, paths: readonly string[], maximumBytes: number): Promise<Map<string, Buffer | null>>;
  listFiles(commit: Sha): Promise<TreeEntry[]>;
  /** Commits of `base..head`, oldest first; at most the `limit` newest. */
  commitsBetween(base: Sha, head: Sha, limit: number): Promise<Sha[]>;
  commitInfo(commits: readonly Sha[]): Promise<Map<Sha, CommitInfo>>;
}

/** The git directory of a bare repository or of a work tree. Throws `not_found` when the folder is neither. */
export async function gitDirectoryOf(folder: string): Promise<string> {
  for (const candidate of [join(folder, '.git'), folder]) {
    const head = await stat(join(candidate, 'HEAD')).catch(() => null);
    if (head?.isFile() === true) return resolve(candidate);
  }
  throw new MendloopError('not_found', 'the folder holds no git repository');
}

/** Opens a git directory that has all of its objects. */
export function openRepository(directory: string, options: GitOptions): Repository {
  return repositoryOf(contextOf(directory, options));
}

/** Allows no protocol, so that a read of a missing object fails instead of using the network. */
export function contextOf(directory: string, options: GitOptions): GitContext {
  return {
    executable: options.executable ?? 'git',
    directory,
    environment: { ...options.environment, GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' },
    signal: options.signal,
  };
}

export function repositoryOf(context: GitContext): Repository {
  return {
    directory: context.directory,
    has: async (commit) => hasCommit(context, checked(commit)),
    mergeBase: async (one, other) => mergeBase(context, checked(one), checked(other)),
    diff: async (base, head, options) => diff(context, checked(base), checked(head), options),
    changes: async (base, head) => changes(context, checked(base), checked(head)),
    readFiles: async (commit, paths, maximumBytes) =>
      readFiles(context, checked(commit), paths, maximumBytes),
    listFiles: async (commit) => listFiles(context, checked(commit)),
    commitsBetween: async (base, head, limit) => commitsBetween(context, checked(base), checked(head), limit),
    commitInfo: async (commits) => commitInfo(context, commits.map(checked)),
  };
}

/** Accepts ids only: git cannot mistake an id for an option. Throws `input_invalid`. */
export function checked(commit: Sha): Sha {
  if (!isSha(commit))
    throw new MendloopError('input_invalid', 'a commit is named by its 40 hexadecimal digits');
  return commit;
}
