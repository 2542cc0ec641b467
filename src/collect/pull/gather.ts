import type { Kysely } from 'kysely';
import type { CollectableRepository } from '../../consent/guard.ts';
import type { Database } from '../../db/tables.ts';
import type { Sha } from '../../domain/ids.ts';
import type {
  CodeMirror,
  ConversationEntry,
  IssueFacts,
  PullFacts,
  RepositoryReader,
  StoredComment,
} from '../../domain/ports/repository.ts';
import { maxCommits } from '../filter/limits.ts';
import { resolveLinks, type ResolvedLinks } from '../link/resolve-links.ts';
import type { CollectDeps, RepositoryAccess } from '../ports/deps.ts';
import { fetchPull, type FetchedPull } from './fetch.ts';

/** What GitHub and git say about a pull request now. */
export interface GatheredPull {
  readonly repository: CollectableRepository;
  readonly pull: PullFacts;
  readonly mirror: CodeMirror;
  readonly fetched: FetchedPull;
  readonly links: ResolvedLinks;
  /** Comments of each linked issue, by its number. */
  readonly comments: ReadonlyMap<number, readonly StoredComment[]>;
  readonly conversation: readonly ConversationEntry[];
  /** ISO time of the pull request's first commit; null where it has none of its own. */
  readonly firstCommitAt: string | null;
}

export interface PullSource {
  readonly repository: CollectableRepository;
  readonly access: RepositoryAccess;
  readonly pull: PullFacts;
  /** Heads that the event named. */
  readonly heads: readonly string[];
}

/**
 * Reads all that an instance is made of. Of an open pull request only the heads are read: its links and its conversation
 * are read once it is closed, which saves nine of ten requests for each push and comment before.
 */
export async function gatherPull(deps: CollectDeps, source: PullSource): Promise<GatheredPull> {
  const { repository, access, pull, heads } = source;
  const known = await knownHeads(deps.db, repository.repository_id, pull.number);
  const mirror = await access.mirror();
  const fetched = await fetchPull(mirror, pull, [...heads, ...known]);
  const commits = await commitsOf(mirror, fetched);
  const isClosed = pull.state === 'closed';
  const links = isClosed ? await linksOf(deps, source, commits) : { issues: [], evidence: [] };
  const comments = await commentsOf(access.reader, links.issues);
  const conversation = isClosed ? await access.reader.conversation(pull.number) : [];
  const { firstCommitAt } = commits;
  return { repository, pull, mirror, fetched, links, comments, conversation, firstCommitAt };
}

async function knownHeads(db: Kysely<Database>, repository_id: number, number: number): Promise<string[]> {
  const rows = await db
    .selectFrom('pull_revision')
    .select('head_sha')
    .where('repository_id', '=', repository_id)
    .where('number', '=', number)
    .execute();
  return rows.map((row) => row.head_sha);
}

interface Commits {
  readonly subjects: readonly string[];
  readonly shas: readonly Sha[];
  readonly firstCommitAt: string | null;
}

async function commitsOf(mirror: CodeMirror, { base, fix }: FetchedPull): Promise<Commits> {
  if (base === null || fix === null) return { subjects: [], shas: [], firstCommitAt: null };
  const shas = await mirror.commitsBetween(base, fix, maxCommits);
  const infos = await mirror.commitInfo(shas);
  const commits = shas.flatMap((sha) => infos.get(sha) ?? []);
  const times = commits.map((commit) => commit.authoredAt).sort();
  return { shas, subjects: commits.map((commit) => commit.subject), firstCommitAt: times[0] ?? null };
}

function linksOf(
  { webHost }: CollectDeps,
  { repository, access: { reader }, pull }: PullSource,
  { shas, subjects }: Commits,
): Promise<ResolvedLinks> {
  const closers = pull.merge_commit_sha === null ? shas : [...shas, pull.merge_commit_sha];
  const commits = new Set<string>(closers);
  return resolveLinks({ reader, fullName: repository.full_name, webHost, pull, subjects, commits });
}

async function commentsOf(
  reader: RepositoryReader,
  issues: readonly IssueFacts[],
): Promise<ReadonlyMap<number, readonly StoredComment[]>> {
  const comments = new Map<number, readonly StoredComment[]>();
  for (const { number } of issues) comments.set(number, await reader.issueComments(number));
  return comments;
}
