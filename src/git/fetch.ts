import { MendloopError } from '../domain/errors.ts';
import { isSha, type Sha } from '../domain/ids.ts';
import type { ChangedFile } from './changes.ts';
import type { GitEnvironment } from './environment.ts';
import { whileLocked } from './locks.ts';
import { type GitContext, runGit } from './run-git.ts';

/** The commit of each requested name; null when the remote does not have the name. */
export type FetchedCommits = ReadonlyMap<string, Sha | null>;
type Access = () => Promise<GitEnvironment>;

const kept = 'refs/mendloop/seen/';
/** Characters that git forbids in a name, and those that it would read as a pattern. */
const forbidden = /[\p{Cc} ~^:?*[\\]|\.\.|@\{/u;
/** This many names fit any argument list. */
const namesAtOnce = 200;
/** git compares each tree entry with each path: above this number, listing whole trees is faster. */
const comparedPaths = 200;
const common = [
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--recurse-submodules=no',
  '--no-auto-maintenance',
  '--filter=blob:none',
];

/**
 * Resolves references to ids and fetches the ids. Each kept reference names its own commit and never moves, so that two
 * fetches at once cannot disagree and a force-push overwrites nothing.
 */
export async function fetchCommits(
  context: GitContext,
  access: Access,
  names: readonly string[],
): Promise<FetchedCommits> {
  for (const name of names) checkName(name);
  const fetched = new Map<string, Sha | null>();
  for (let at = 0; at < names.length; at += namesAtOnce) {
    const some = await fetchSome(context, access, names.slice(at, at + namesAtOnce));
    for (const [name, sha] of some) fetched.set(name, sha);
  }
  return fetched;
}

async function fetchSome(
  context: GitContext,
  access: Access,
  names: readonly string[],
): Promise<FetchedCommits> {
  const references = names.filter((name) => !isSha(name));
  const resolved =
    references.length === 0 ? new Map<string, Sha>() : await resolve(context, await access(), references);
  const wanted = new Map(names.map((name) => [name, isSha(name) ? name : (resolved.get(name) ?? null)]));
  const present = await presentCommits(context, [...wanted.values()]);
  const missing = [...new Set(wanted.values())]
    .filter((sha) => sha !== null)
    .filter((sha) => !present.has(sha));
  const lost = missing.length === 0 ? new Set<Sha>() : await fetchAll(context, await access(), missing);
  return new Map([...wanted].map(([name, sha]) => [name, sha !== null && lost.has(sha) ? null : sha]));
}

/** Fetches the contents of files by their ids. */
export async function fetchObjects(
  context: GitContext,
  access: GitEnvironment,
  objects: readonly string[],
): Promise<void> {
  // Commits of the mirror do not shorten a fetch of single files, so none is offered to the server.
  const args = ['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...common, '--stdin', 'origin'];
  const input = objects.map((object) => `${object}\n`).join('');
  await whileLocked(context.directory, context.signal, async () =>
    runGit(context, args, { input, environment: access }),
  );
}

/**
 * The ids of those files at these commits that a partial clone lacks. git itself would fetch each of them by a request
 * of its own; {@link fetchObjects} fetches them by one.
 */
export async function missingBlobs(
  context: GitContext,
  commits: readonly Sha[],
  files: readonly ChangedFile[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const paths = [...new Set(files.map(({ path }) => path))];
  const trees = commits.map((commit) => `${commit}^{tree}\n`).join('');
  const input = `${trees}--\n${canBeNamed(paths) ? paths.map((path) => `${path}\n`).join('') : ''}`;
  const args = ['rev-list', '--objects', '--no-object-names', '--missing=print', '--stdin'];
  const { output } = await runGit(context, args, { input });
  const lines = output.toString('latin1').split('\n');
  const wanted = new Set(files.map(({ object }) => object));
  return lines
    .filter((line) => line.startsWith('?') && wanted.has(line.slice(1)))
    .map((line) => line.slice(1));
}

/** git reads one path a line: a path with a line break, or one that is not UTF-8, cannot be named. */
function canBeNamed(paths: readonly string[]): boolean {
  return paths.length <= comparedPaths && !paths.some((path) => /[\n\uFFFD]/.test(path));
}

async function resolve(
  context: GitContext,
  access: GitEnvironment,
  references: readonly string[],
): Promise<Map<string, Sha>> {
  const args = ['ls-remote', '--quiet', 'origin', ...references];
  const { output } = await runGit(context, args, { environment: access });
  const commits = new Map<string, Sha>();
  for (const line of output.toString('utf8').split('\n')) {
    const [sha = '', name = ''] = line.split('\t');
    if (isSha(sha)) commits.set(name, sha);
  }
  return commits;
}

async function presentCommits(context: GitContext, commits: readonly (Sha | null)[]): Promise<Set<string>> {
  const patterns = commits.filter((sha) => sha !== null).map((sha) => `${kept}${sha}`);
  if (patterns.length === 0) return new Set();
  const { output } = await runGit(context, ['for-each-ref', '--format=%(refname)', ...patterns]);
  return new Set(
    output
      .toString('latin1')
      .split('\n')
      .map((name) => name.slice(kept.length)),
  );
}

/** Returns the commits that the remote does not have. One such commit fails a whole fetch; then each is fetched alone. */
async function fetchAll(
  context: GitContext,
  access: GitEnvironment,
  commits: readonly Sha[],
): Promise<Set<Sha>> {
  try {
    await fetchKept(context, access, commits);
    return new Set();
  } catch (error) {
    if (!(error instanceof MendloopError) || error.code !== 'git_object_missing') throw error;
    if (commits.length === 1) return new Set(commits);
  }
  const lost = new Set<Sha>();
  for (const commit of commits) {
    for (const gone of await fetchAll(context, access, [commit])) lost.add(gone);
  }
  return lost;
}

async function fetchKept(
  context: GitContext,
  access: GitEnvironment,
  commits: readonly Sha[],
): Promise<void> {
  const input = commits.map((sha) => `${sha}:${kept}${sha}\n`).join('');
  const args = ['fetch', ...common, '--stdin', 'origin'];
  await whileLocked(context.directory, context.signal, async () =>
    runGit(context, args, { input, environment: access }),
  );
}

function checkName(name: string): void {
  if (isSha(name) || (name.startsWith('refs/') && name.length <= 250 && !forbidden.test(name))) return;
  throw new MendloopError(
    'input_invalid',
    'a commit is fetched by a full reference or by its 40 hexadecimal digits',
  );
}
