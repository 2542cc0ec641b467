import type { Sha } from '../domain/ids.ts';
import type { ChangedFile } from './changes.ts';
import { type GitContext, runGit } from './run-git.ts';

/** git compares each entry with each path: above this, walking the whole trees is faster. */
const comparedPaths = 200;

/**
 * Which of these files, found at these commits, a partial clone does not hold yet. git would fetch them one by one, a
 * request each; asked for together they come in one.
 */
export async function missingBlobs(
  context: GitContext,
  commits: readonly Sha[],
  files: readonly ChangedFile[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const paths = [...new Set(files.map(({ path }) => path))];
  const trees = commits.map((commit) => `${commit}^{tree}\n`).join('');
  const input = `${trees}--\n${namable(paths) ? paths.map((path) => `${path}\n`).join('') : ''}`;
  const args = ['rev-list', '--objects', '--no-object-names', '--missing=print', '--stdin'];
  const { output } = await runGit(context, args, { input });
  const lines = output.toString('latin1').split('\n');
  const wanted = new Set(files.map(({ object }) => object));
  return lines
    .filter((line) => line.startsWith('?') && wanted.has(line.slice(1)))
    .map((line) => line.slice(1));
}

/** Paths go one a line, so one with a line break can't be named; nor one that is not UTF-8. */
function namable(paths: readonly string[]): boolean {
  return paths.length <= comparedPaths && !paths.some((path) => /[\n\uFFFD]/.test(path));
}
