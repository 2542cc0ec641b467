import type { Kysely } from 'kysely';
import { type CollectableRepository, collectableRepository, whileConsenting } from '../../consent/guard.ts';
import type { Database } from '../../db/tables.ts';
import type { InstanceId, Sha } from '../../domain/ids.ts';
import type { IssueLink } from '../../domain/instance.ts';
import type { RejectionReason } from '../../domain/rejection.ts';
import type { CodeMirror, IssueFacts, PullFacts, StoredComment } from '../../domain/repository.ts';
import { nameInstance } from '../../instance/name.ts';
import { discover, type SaveInput, saveVerdict, type Verdict } from '../../instance/save.ts';
import type { JobContext, JobOutcome, JobPayload } from '../../jobs/job.ts';
import { botHits } from '../bot.ts';
import { saveIssue } from '../collect-issue.ts';
import { denialOf } from '../decontaminate.ts';
import type { CollectDeps, RepositoryAccess } from '../deps.ts';
import { assembleInstance } from './assemble.ts';
import { collectCandidates } from './candidates.ts';
import { readChange } from './code.ts';
import { fetchPull, type FetchedPull } from './fetch.ts';
import { pullGone } from './gone.ts';
import { maxCommits } from './limits.ts';
import { resolveLinks, type ResolvedLinks } from './links.ts';
import { type ObservedBefore, pullStatus, saveObservation } from './observe.ts';
import { recollectAnswering } from './recollect.ts';
import { scoreOracle } from './rewards.ts';

/** Everything about one run of one job, gathered step by step. */
interface Work {
  readonly instance_id: InstanceId;
  readonly deps: CollectDeps;
  readonly context: JobContext;
  readonly repository: CollectableRepository;
  readonly access: RepositoryAccess;
  readonly mirror: CodeMirror;
  readonly pull: PullFacts;
  readonly fetched: FetchedPull;
  readonly links: ResolvedLinks;
  readonly comments: ReadonlyMap<number, readonly StoredComment[]>;
  readonly firstCommitAt: string | null;
}

function saveInput({ instance_id, repository, pull, context }: Work): SaveInput {
  return {
    instance_id,
    repository_id: repository.repository_id,
    pull_number: pull.number,
    merged_at: pull.merged_at,
    job_id: context.jobId,
  };
}

function rejection(reason: RejectionReason, detail: Readonly<Record<string, unknown>> = {}): Verdict {
  return { verdict: 'rejected', reason, detail };
}

/** Refusals that need no code. */
async function refuseEarly({ deps, access, pull }: Work): Promise<Verdict | null> {
  const { full_name: fullName, parents } = await access.reader.repository();
  const denial = denialOf({ fullName, parents }, deps.denyRepositories);
  if (denial) return rejection('denied_repository', { ...denial });
  const { title, body, author: login, author_type: accountType } = pull;
  const hits = botHits({ title, body, login, accountType });
  return hits.length > 0 ? rejection('bot', { hits }) : null;
}

/** The filters of the paper in a fixed order, then the instance with its candidates. */
async function judge(work: Work): Promise<Verdict> {
  const early = await refuseEarly(work);
  if (early) return early;
  const { fetched, links, mirror, pull, repository, deps } = work;
  const { base, fix } = fetched;
  if (fix === null) return rejection('head_missing');
  if (base === null) return rejection('base_missing');
  const read = await readChange(mirror, base, fix);
  if (read.outcome === 'rejected') return rejection(read.reason, { hunks: read.counts });
  if (links.issues.length === 0) return rejection('no_issue', { named: links.evidence });
  const { code } = read;
  const comments = links.issues.flatMap((issue) => work.comments.get(issue.number) ?? []);
  const { firstCommitAt } = work;
  const { full_name: repo, consent, repository_id } = repository;
  const { instance_id } = work;
  const instance = assembleInstance({
    instance_id,
    repo,
    consent,
    pull,
    base,
    fix,
    links,
    comments,
    firstCommitAt,
    code,
  });
  const candidates = await collectCandidates({
    db: deps.db,
    mirror,
    repository_id,
    pull_number: pull.number,
    base,
    fix,
    oraclePatch: instance.patch,
    issues: instance.linked_issues,
  });
  const oracle_reward = scoreOracle(instance.context, instance.oracle, instance.patch);
  return { verdict: 'ready', instance, oracle_reward, candidates };
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

async function issueComments(access: RepositoryAccess, issues: readonly IssueFacts[]) {
  const comments = new Map<number, readonly StoredComment[]>();
  for (const { number } of issues) comments.set(number, await access.reader.issueComments(number));
  return comments;
}

const noLinks: ResolvedLinks = { issues: [], evidence: [] };

/**
 * While a pull request is open only its heads are kept: its links and its conversation are read once it is over, which
 * saves nine of ten requests for each push and comment before.
 */
function isOver(pull: PullFacts): boolean {
  return pull.state === 'closed';
}

async function gather(
  deps: CollectDeps,
  context: JobContext,
  repository: CollectableRepository,
  pull: PullFacts,
  access: RepositoryAccess,
  heads: readonly string[],
): Promise<Omit<Work, 'instance_id'>> {
  const mirror = await access.mirror();
  const fetched = await fetchPull(mirror, pull, heads);
  const commits = await commitsOf(mirror, fetched);
  const closers = pull.merge_commit_sha === null ? commits.shas : [...commits.shas, pull.merge_commit_sha];
  const links = isOver(pull)
    ? await resolveLinks({
        reader: access.reader,
        fullName: repository.full_name,
        webHost: deps.webHost,
        pull,
        subjects: commits.subjects,
        commits: new Set<string>(closers),
      })
    : noLinks;
  const comments = await issueComments(access, links.issues);
  const { firstCommitAt } = commits;
  return { deps, context, repository, access, mirror, pull, fetched, links, comments, firstCommitAt };
}

/** The issues whose instances see another rival, or one rival less, than before. */
function issuesConcerned(
  pull: PullFacts,
  links: readonly IssueLink[],
  before: ObservedBefore | null,
): readonly number[] {
  const status = pullStatus(pull);
  if (status !== 'closed' && before?.status !== 'closed') return [];
  return [...new Set([...links, ...(before?.linked_issues ?? [])].map((link) => link.number))];
}

/**
 * Writes what was seen: the pull request, its revisions, its issues; a merged one is discovered in the same step.
 * Returns how many instances are collected again because of it; null when the repository does not consent.
 */
async function observe(work: Work): Promise<number | null> {
  const { deps, access, repository, pull, fetched, links, comments, context } = work;
  const { repository_id } = repository;
  const conversation = isOver(pull) ? await access.reader.conversation(pull.number) : [];
  const linked_issues = links.issues.map(({ number }) => ({
    number,
    source: links.evidence.find((link) => link.number === number)?.source ?? ('text' as const),
  }));
  const input = {
    repository_id,
    pull,
    conversation,
    linked_issues,
    heads: fetched.heads,
    job_id: context.jobId,
  };
  return whileConsenting(deps.db, repository_id, async (trx) => {
    for (const issue of links.issues)
      await saveIssue(trx, repository_id, issue, comments.get(issue.number) ?? []);
    const before = await saveObservation(trx, input);
    if (pull.merged) await discover(trx, saveInput(work));
    const issues = issuesConcerned(pull, linked_issues, before);
    const cause = `${context.jobId}-rival`;
    return recollectAnswering(trx, deps.queue, { repository_id, issues, except: pull.number, cause });
  });
}

/**
 * Brings what we know of a pull request up to what GitHub and git say now; a merged one becomes an instance or a
 * rejection. It may run any number of times, in any order of events: the same pull request gives the same instance.
 */
export async function collectPull(
  deps: CollectDeps,
  { repository_id, number, head_shas }: JobPayload<'collect.pull'>,
  context: JobContext,
): Promise<JobOutcome<'collect.pull'>> {
  const repository = await collectableRepository(deps.db, repository_id);
  if (!repository) return { outcome: 'no_consent', detail: { repository_id, number } };
  const named = { repository_id, full_name: repository.full_name, number };
  const access = deps.access('collect.pull', repository, context.signal);
  const pull = await access.reader.pull(number);
  if (!pull) return pullGone(deps, named, context);
  const heads = [...head_shas, ...(await knownHeads(deps.db, repository_id, number))];
  const instance_id = await nameInstance(deps.db, named);
  const work = { ...(await gather(deps, context, repository, pull, access, heads)), instance_id };
  const detail = { repository_id, number };
  const recollected = await observe(work);
  if (recollected === null) return { outcome: 'no_consent', detail };
  if (!pull.merged) return { outcome: 'observed', detail: { ...detail, recollected } };
  const verdict = await judge(work);
  const saved = await whileConsenting(deps.db, repository_id, (trx) =>
    saveVerdict(trx, saveInput(work), verdict),
  );
  if (saved === null) return { outcome: 'no_consent', detail };
  const reason = verdict.verdict === 'rejected' ? verdict.reason : null;
  return { outcome: verdict.verdict, detail: { instance_id, reason, news: saved ? 1 : 0 } };
}
