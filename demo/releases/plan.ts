import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MendloopError } from '../../src/domain/errors.ts';
import type { Draft } from './changes.ts';
import { fetchReleases } from './fetch.ts';
import { git } from './git.ts';
import {
  madeUpDrafts,
  readHistory,
  releaseCommits,
  releaseDrafts,
  type ReleasedHistory,
  releaseRef,
} from './package-plan.ts';
import { releasedPackages, type ReleasedPackage, versionsOf } from './packages.ts';
import type { PlannedChange, PlannedRepository } from './planned.ts';
import { writeCommits } from './trees.ts';

export interface ReleaseProgress {
  readonly name: string;
  readonly step: 'fetched' | 'written';
  /** Releases fetched, or changes planned, of this package. */
  readonly count: number;
}

export interface PlanOptions {
  /** Holds the fetched tarballs (kept between runs) and the git directories (written anew by each run). */
  readonly dir: string;
  readonly packages?: readonly ReleasedPackage[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReleaseProgress) => void;
}

/**
 * Real releases as repositories and changes to be replayed, in the order of `packages`. Needs npm, git and, on the
 * first run, the network. Throws `registry_unreachable`, `not_configured`, `git_failed`, `policy_refused` (a licence),
 * `input_invalid` (a package that is not as expected) or `cancelled`; a later run takes up the tarballs that are there.
 */
export async function planReleases(options: PlanOptions): Promise<PlannedRepository[]> {
  const { dir, packages = releasedPackages, signal } = options;
  await mkdir(join(dir, 'git'), { recursive: true });
  const histories = await fetchAll(options, packages);
  const planned: PlannedRepository[] = [];
  let turn = 0;
  for (const history of histories) {
    const repository = await planRepository(dir, history, turn, signal);
    turn += repository.changes.length;
    planned.push(repository);
    options.onProgress({ name: history.released.name, step: 'written', count: repository.changes.length });
  }
  return planned;
}

/** Two packages at a time: npm needs about as long for its own start and parsing as for the network. */
async function fetchAll(
  options: PlanOptions,
  packages: readonly ReleasedPackage[],
): Promise<ReleasedHistory[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const histories = new Map<ReleasedPackage, ReleasedHistory>();
  const queue = packages.values();
  async function worker(): Promise<void> {
    for (const released of queue) {
      const versions = versionsOf(released);
      const trees = await fetchReleases({
        cache: join(options.dir, 'tarballs'),
        name: released.name,
        versions,
        signal,
      });
      histories.set(released, readHistory(released, trees));
      options.onProgress({ name: released.name, step: 'fetched', count: trees.size });
    }
  }
  const workers = [worker(), worker()];
  try {
    await Promise.all(workers);
  } finally {
    stop.abort();
    await Promise.allSettled(workers);
  }
  return packages.map((released) => histories.get(released)).filter((history) => history !== undefined);
}

/** Written beside its place and renamed into it, so a git directory that is there is whole. */
async function planRepository(
  dir: string,
  history: ReleasedHistory,
  turn: number,
  signal: AbortSignal,
): Promise<PlannedRepository> {
  const { repo, licence } = history.newest;
  const place = join(dir, 'git', `${repo.replace('/', '__')}.git`);
  const fresh = await mkdtemp(join(dir, 'git', 'new-'));
  try {
    const changes = await writeRepository(fresh, history, turn, signal);
    await rm(place, { recursive: true, force: true });
    await rename(fresh, place);
    return { repo, licence, git: place, changes };
  } finally {
    // A git that was stopped may still be writing for a moment.
    await rm(fresh, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function writeRepository(
  dir: string,
  history: ReleasedHistory,
  turn: number,
  signal: AbortSignal,
): Promise<PlannedChange[]> {
  await git(dir, ['init', '--quiet', '--bare', '--template=', '-b', 'main'], { signal });
  await writeCommits(dir, releaseCommits(history), signal);
  await git(dir, ['update-ref', 'refs/heads/main', releaseRef(history.newest.version)], { signal });
  const drafts = [...(await releaseDrafts(dir, history, turn, signal)), ...madeUpDrafts(history)];
  const hashes = await writeCommits(
    dir,
    drafts.flatMap((draft) => draft.commits),
    signal,
  );
  return drafts.map((draft) => withHashes(draft, hashes));
}

function withHashes({ change }: Draft, hashes: ReadonlyMap<string, string>): PlannedChange {
  const shared = {
    base_commit: hashOf(hashes, change.base_commit),
    pushes: change.pushes.map((ref) => hashOf(hashes, ref)),
  };
  if (change.kind === 'refuse') return { ...change, ...shared };
  const { rival } = change;
  return { ...change, ...shared, rival: rival && { ...rival, head: hashOf(hashes, rival.head) } };
}

function hashOf(hashes: ReadonlyMap<string, string>, ref: string): string {
  const hash = hashes.get(ref);
  if (hash === undefined) throw new MendloopError('git_failed', `git did not write ${ref}.`);
  return hash;
}
