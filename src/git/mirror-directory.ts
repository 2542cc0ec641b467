import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { type GitContext, runGit } from './run-git.ts';

/**
 * Configures a bare partial clone. The address is not in it: repositories move, and a mirror is found by the
 * repository's id. `remote.origin.promisor` is set here, so that no fetch rewrites this file while another one reads it.
 */
const configuration = `[core]
\trepositoryformatversion = 1
\tbare = true
\thooksPath = /dev/null
\tattributesFile = /dev/null
\tfilesRefLockTimeout = 5000
\tpackedRefsTimeout = 10000
[extensions]
\tpartialClone = origin
[remote "origin"]
\tpromisor = true
\tpartialclonefilter = blob:none
\ttagOpt = --no-tags
[gc]
\tautoDetach = false
\tpruneExpire = 2.weeks.ago
[maintenance]
\tauto = false
`;

/** Creates the mirror when it does not exist. It appears by one rename, also with several creators at once. */
export async function ensureMirrorDirectory(context: GitContext): Promise<void> {
  if (await exists(join(context.directory, 'config'))) return;
  await withGitErrors(async () => mkdir(dirname(context.directory), { recursive: true }));
  const draft = await withGitErrors(async () => mkdtemp(`${context.directory}.new-`));
  try {
    await runGit({ ...context, directory: draft }, [
      'init',
      '--quiet',
      '--bare',
      '--template=',
      '--initial-branch=main',
    ]);
    await withGitErrors(async () => writeFile(join(draft, 'config'), configuration));
    await rename(draft, context.directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process created the mirror first.
    if (await exists(join(context.directory, 'config'))) return;
    throw error;
  }
}

async function withGitErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isFull =
      error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
    const code = isFull ? 'storage_full' : 'git_failed';
    throw new MendloopError(code, 'the folder of a mirror could not be written', { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
