import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { isSha, type Sha } from '../domain/ids.ts';
import type { FileChange } from './changes.ts';
import { type CommitInfo, commitInfo, hasCommit, mergeBase } from './commits.ts';
import { changes, diff, type DiffOptions } from './diff.ts';
import type { GitEnvironment } from './environment.ts';
import { commitsBetween } from './range.ts';
import type { GitContext } from './run-git.ts';
import { listFiles, readFiles, type TreeEntry } from './tree.ts';

export interface GitOptions {
  /** From `gitEnvironment`. */
  readonly environment: GitEnvironment;
  /** Name or path of the git program; default `git`. */
  readonly executable?: string;
  /** Ends a running git; the call then raises `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads one git directory. No method writes, and none uses the network. */
export interface Repository {
  readonly directory: string;
  /** Whether the commit is here. */
  has(commit: Sha): Promise<boolean>;
  /** Null where the two share no history; `git_object_missing` where one is not here. */
  mergeBase(one: Sha, other: Sha): Promise<Sha | null>;
  /** `git diff base head` with git's defaults; null where it is larger than `maximumBytes`. */
  diff(base: Sha, head: Sha, options: DiffOptions): Promise<Buffer | null>;
  changes(base: Sha, head: Sha): Promise<FileChange[]>;
  /** Null for what is no regular file there; `input_invalid` above `maximumBytes` in all. */
  readFiles(commit: Sha, paths: readonly string[], maximumBytes: number): Promise<Map<string, Buffer | null>>;
  listFiles(commit: Sha): Promise<TreeEntry[]>;
  /** Commits of `base..head`, oldest first; at most the `limit` newest. */
  commitsBetween(base: Sha, head: Sha, limit: number): Promise<Sha[]>;
  commitInfo(commits: readonly Sha[]): Promise<Map<Sha, CommitInfo>>;
}

/** The git directory of a bare repository or of a work tree. Raises `not_found` where there is neither. */
export async function gitDirectoryOf(folder: string): Promise<string> {
  for (const candidate of [join(folder, '.git'), folder]) {
    const head = await stat(join(candidate, 'HEAD')).catch(() => null);
    if (head?.isFile() === true) return resolve(candidate);
  }
  throw new MendloopError('not_found', 'the folder holds no git repository');
}

/** Opens a git directory that is complete by itself. */
export function openRepository(directory: string, options: GitOptions): Repository {
  return repositoryOf(contextOf(directory, options));
}

/** No protocol is allowed: a read that would go to the network for a missing object fails instead. */
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

/** Ids only, never a name: an argument of ours can't be read as an option. */
export function checked(commit: Sha): Sha {
  if (!isSha(commit))
    throw new MendloopError('input_invalid', 'a commit is named by its 40 hexadecimal digits');
  return commit;
}
