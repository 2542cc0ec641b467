import { MendloopError } from '../../src/domain/errors.ts';
import { type ChangelogRelease, fixesOf, parseChangelog, unmarkedChangesOf } from './changelog.ts';
import { type Draft, releaseDraft, type ReleaseFacts } from './changes.ts';
import { daysAfter, releaseDates } from './dates.ts';
import { unfinishedStates } from './heads.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type MadeUpRefusal, type ReleasedPackage, versionsOf } from './packages.ts';
import { madeUpChange } from './refusals.ts';
import type { Tree } from './tarball.ts';
import { type CommitSpec } from './trees.ts';

/** A package's releases in the order of `main`, with what its newest release says about all of them. */
export interface ReleasedHistory {
  readonly released: ReleasedPackage;
  readonly newest: Manifest;
  readonly trees: ReadonlyMap<string, Tree>;
  readonly dates: ReadonlyMap<string, Date>;
  readonly changelog: ReadonlyMap<string, ChangelogRelease>;
}

/** Checks each release's own metadata and licence; throws `input_invalid` or `policy_refused`. */
export function readHistory(released: ReleasedPackage, trees: ReadonlyMap<string, Tree>): ReleasedHistory {
  const versions = versionsOf(released);
  const manifests = versions.map((version) => readManifest(treeOf(trees, version), released.name, version));
  const newest = manifests.at(-1);
  if (newest === undefined)
    throw new MendloopError('input_invalid', `No release of ${released.name} is listed.`);
  const releases = parseChangelog(changelogText(treeOf(trees, newest.version), released.name));
  const changelog = new Map(releases.map((release) => [release.version, release]));
  const dates = releaseDates(versions.map((version) => changelog.get(version)?.date ?? null));
  const dated = versions.map((version, index): [string, Date] => [version, dates[index] ?? new Date(0)]);
  return { released, newest, trees, changelog, dates: new Map(dated) };
}

export function releaseRef(version: string): string {
  return `refs/demo/releases/${version}`;
}

/** One commit per release, each on top of the one before. */
export function releaseCommits({ released, trees, dates }: ReleasedHistory): CommitSpec[] {
  return versionsOf(released).map((version, index, versions) => ({
    ref: releaseRef(version),
    parent: index === 0 ? null : releaseRef(versions[index - 1] ?? ''),
    message: `${released.name} ${version}`,
    at: dateOf(dates, version),
    tree: treeOf(trees, version),
  }));
}

/** The changes from each release to the next of its line; the release commits have to exist in `dir`. */
export async function releaseDrafts(
  dir: string,
  history: ReleasedHistory,
  firstTurn: number,
  signal: AbortSignal,
): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const line of history.released.lines) {
    for (const [index, version] of line.slice(1).entries()) {
      const facts = factsOf(history, line[index] ?? '', version, firstTurn + drafts.length);
      const pair = { ...facts, base: treeOf(history.trees, facts.baseVersion) };
      drafts.push(releaseDraft(facts, await unfinishedStates(dir, pair, signal)));
    }
  }
  return drafts;
}

/** The refusals made up on the newest release, one a day. */
export function madeUpDrafts(history: ReleasedHistory): Draft[] {
  return history.released.madeUp.map((why, index) => madeUpDraft(history, why, index));
}

function madeUpDraft(history: ReleasedHistory, why: MadeUpRefusal, index: number): Draft {
  const { newest, trees, dates } = history;
  const { tree, ...told } = madeUpChange(why, newest, treeOf(trees, newest.version));
  const ref = `refs/demo/refused/${why}`;
  const opened = daysAfter(dateOf(dates, newest.version), index + 1);
  const commit = { ref, parent: releaseRef(newest.version), message: told.pull.title, at: opened, tree };
  const shared = {
    version: newest.version,
    base_commit: releaseRef(newest.version),
    pushes: [ref],
    fork: false,
  };
  const times = { opened_at: opened.toISOString(), merged_at: daysAfter(opened, 0.5).toISOString() };
  return { change: { kind: 'refuse', why, ...shared, ...told, ...times }, commits: [commit] };
}

function factsOf(history: ReleasedHistory, baseVersion: string, version: string, turn: number): ReleaseFacts {
  const { released, trees, dates } = history;
  const refused = released.refused?.[version];
  return {
    name: released.name,
    baseVersion,
    version,
    baseRef: releaseRef(baseVersion),
    releaseRef: releaseRef(version),
    baseDate: dateOf(dates, baseVersion),
    date: dateOf(dates, version),
    release: treeOf(trees, version),
    entries: entriesOf(history, version, refused !== undefined),
    refused,
    turn,
  };
}

/** A refused release is told by its first entry of any kind, since it need not fix anything. */
function entriesOf({ changelog, released }: ReleasedHistory, version: string, refused: boolean): string[] {
  const release = changelog.get(version);
  const entries = release === undefined ? [] : entriesOfRelease(release, refused);
  if (entries.length > 0) return entries;
  throw new MendloopError('input_invalid', `The changelog of ${released.name} names no fix for ${version}.`);
}

function entriesOfRelease(release: ChangelogRelease, refused: boolean): string[] {
  if (refused) return release.entries.slice(0, 1).map((entry) => entry.text);
  const fixes = fixesOf(release);
  return fixes.length > 0 ? fixes : unmarkedChangesOf(release);
}

function changelogText(tree: Tree, name: string): string {
  const path = [...tree.keys()].find((path) => /^(changelog|history|changes)(\.\w+)?$/i.test(path));
  if (path === undefined)
    throw new MendloopError('input_invalid', `The newest release of ${name} has no changelog.`);
  return tree.get(path)?.data.toString('utf8') ?? '';
}

function treeOf(trees: ReadonlyMap<string, Tree>, version: string): Tree {
  const tree = trees.get(version);
  if (tree === undefined) throw new MendloopError('not_found', `Release ${version} was not fetched.`);
  return tree;
}

function dateOf(dates: ReadonlyMap<string, Date>, version: string): Date {
  return dates.get(version) ?? new Date(0);
}
