import { MendloopError } from '../domain/errors.ts';
import { isSha, type Sha } from '../domain/ids.ts';
import type { GitEnvironment } from './environment.ts';
import { whileLocked } from './locks.ts';
import { type GitContext, runGit } from './run-git.ts';

/** Each name that was asked for; null where the remote does not have it. */
export type FetchedCommits = ReadonlyMap<string, Sha | null>;
type Access = () => Promise<GitEnvironment>;

const kept = 'refs/mendloop/seen/';
/** What git forbids in a name, and what it would read as a pattern. */
const forbidden = /[\p{Cc} ~^:?*[\\]|\.\.|@\{/u;
/** So many names fit any argument list. */
const namesAtOnce = 200;
const common = [
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--recurse-submodules=no',
  '--no-auto-maintenance',
  '--filter=blob:none',
];

/**
 * References are first resolved to ids, then ids are fetched: each kept reference names its own commit and never moves,
 * so that two fetches at once can't disagree, and a force-push has nothing to overwrite.
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
  const held = await heldCommits(context, [...wanted.values()]);
  const missing = [...new Set(wanted.values())].filter((sha) => sha !== null).filter((sha) => !held.has(sha));
  const lost = missing.length === 0 ? new Set<Sha>() : await fetchAll(context, await access(), missing);
  return new Map([...wanted].map(([name, sha]) => [name, sha !== null && lost.has(sha) ? null : sha]));
}

/** Fetches files by their ids, as git does it for a single one. */
export async function fetchObjects(
  context: GitContext,
  access: GitEnvironment,
  objects: readonly string[],
): Promise<void> {
  // Nothing that is held bears on a single file: no haves are sent.
  const args = ['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...common, '--stdin', 'origin'];
  const input = objects.map((object) => `${object}\n`).join('');
  await whileLocked(context.directory, context.signal, async () =>
    runGit(context, args, { input, environment: access }),
  );
}

async function resolve(
  context: GitContext,
  access: GitEnvironment,
  references: readonly string[],
): Promise<Map<string, Sha>> {
  const args = ['ls-remote', '--quiet', 'origin', ...references];
  const { output } = await runGit(context, args, { environment: access });
  const found = new Map<string, Sha>();
  for (const line of output.toString('utf8').split('\n')) {
    const [sha = '', name = ''] = line.split('\t');
    if (isSha(sha)) found.set(name, sha);
  }
  return found;
}

async function heldCommits(context: GitContext, commits: readonly (Sha | null)[]): Promise<Set<string>> {
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

/** The commits that the remote would not give. One that is gone fails a fetch whole, so then each goes alone. */
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
