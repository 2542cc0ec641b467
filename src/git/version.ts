import { tmpdir } from 'node:os';
import type { GitEnvironment } from './environment.ts';
import { runGit } from './run-git.ts';

/** The version of the git program, such as `2.39.5`. Throws `git_failed` when there is none. */
export async function gitVersion(environment: GitEnvironment, executable = 'git'): Promise<string> {
  const context = { executable, directory: tmpdir(), environment, signal: undefined };
  const { output } = await runGit(context, ['version']);
  return output
    .toString('utf8')
    .replace(/^git version /, '')
    .trim();
}
