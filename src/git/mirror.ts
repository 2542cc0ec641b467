import type { Sha } from '../domain/ids.ts';
import { accessEnvironment, checkRemote, type Remote } from './access.ts';
import type { ChangedFile } from './changes.ts';
import { changedFiles } from './diff.ts';
import { type FetchedCommits, fetchCommits, fetchObjects, missingBlobs } from './fetch.ts';
import { whileLocked } from './locks.ts';
import { ensureMirrorDirectory } from './mirror-directory.ts';
import { checked, contextOf, type GitOptions, type Repository, repositoryOf } from './repository.ts';
import { type GitContext, runGit } from './run-git.ts';
import { listFiles } from './tree.ts';

export interface MirrorOptions extends GitOptions, Remote {
  /** The folder of the mirror; created when it does not exist. */
  readonly dir: string;
}

/** A partial clone: commits are fetched by name, and file contents when they are first read. */
export interface Mirror extends Repository {
  /**
   * Fetches full references (`refs/pull/7/head`, `refs/heads/main`) and commit ids, with their history. Returns every
   * requested name, with null when the remote does not have it. A commit that was fetched once stays in the mirror, also
   * after a force-push. Throws `git_unreachable`, `git_failed`, `storage_full` or `cancelled`.
   */
  fetchCommits(names: readonly string[]): Promise<FetchedCommits>;
  /** Runs `git gc --auto`, which repacks after many fetches. Safe beside readers and other fetches. */
  tidy(): Promise<void>;
}

/** Opens the mirror of one repository. Any number of processes may use one mirror at once. */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  checkRemote(options);
  const context = contextOf(options.dir, options);
  await ensureMirrorDirectory(context);
  const access = async () => accessEnvironment(options);
  const local = repositoryOf(context);
  const ensure = async (commits: readonly Sha[], files: readonly ChangedFile[]): Promise<void> => {
    const missing = await missingBlobs(context, commits, files);
    if (missing.length > 0) await fetchObjects(context, await access(), missing);
  };
  const ensureChanged = once(async (base: Sha, head: Sha) =>
    ensure([base, head], await changedFiles(context, checked(base), checked(head))),
  );
  return {
    ...local,
    has: remembered(local.has),
    fetchCommits: async (names) => fetchCommits(context, access, names),
    tidy: async () => tidy(context),
    diff: async (base, head, diffOptions) => {
      await ensureChanged(base, head);
      return local.diff(base, head, diffOptions);
    },
    changes: async (base, head) => {
      await ensureChanged(base, head);
      return local.changes(base, head);
    },
    readFiles: async (commit, paths, maximumBytes) => {
      const wanted = new Set(paths);
      const entries = await listFiles(context, checked(commit));
      const files = entries.filter(({ path, kind }) => kind === 'file' && wanted.has(path));
      await ensure([commit], files);
      return local.readFiles(commit, paths, maximumBytes);
    },
  };
}

async function tidy(context: GitContext): Promise<void> {
  await whileLocked(context.directory, context.signal, async () =>
    runGit(context, ['gc', '--auto', '--quiet']),
  );
}

/** Remembers the commits that are present: a mirror never loses a commit. */
function remembered(has: (commit: Sha) => Promise<boolean>): (commit: Sha) => Promise<boolean> {
  const present = new Set<Sha>();
  return async (commit) => {
    if (present.has(commit)) return true;
    const isPresent = await has(commit);
    if (isPresent) present.add(commit);
    return isPresent;
  };
}

/** Runs once for each pair of commits: three diffs of one pull request look for missing files once. */
function once(run: (base: Sha, head: Sha) => Promise<void>): (base: Sha, head: Sha) => Promise<void> {
  const done = new Set<string>();
  return async (base, head) => {
    if (done.has(`${base} ${head}`)) return;
    await run(base, head);
    done.add(`${base} ${head}`);
  };
}
