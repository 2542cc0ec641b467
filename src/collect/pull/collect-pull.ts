import type { Kysely } from 'kysely';
import type { Database, StoredComment } from '../../db/tables.ts';
import { instanceId, type Sha } from '../../domain/ids.ts';
import type { RejectionReason } from '../../domain/rejection.ts';
import type { JobPayloads } from '../../jobs/registry.ts';
import type { JobContext, JobOutcome } from '../../jobs/worker.ts';
import { botHits } from '../bot.ts';
import { saveIssue } from '../collect-issue.ts';
import { denialOf } from '../decontaminate.ts';
import type { CollectDeps, RepositoryAccess } from '../deps.ts';
import type { CodeMirror, IssueFacts, PullFacts } from '../ports.ts';
import { type CollectableRepository, collectableRepository } from '../standing.ts';
import { assembleInstance } from './assemble.ts';
import { collectCandidates } from './candidates.ts';
import { readChange } from './code.ts';
import { fetchPull, type FetchedPull } from './fetch.ts';
import { maxCommits } from './limits.ts';
import { resolveLinks, type ResolvedLinks } from './links.ts';
import { saveObservation } from './observe.ts';
import { scoreOracle } from './rewards.ts';
import { discover, type SaveInput, saveVerdict, type Verdict, whileConsenting } from './save.ts';

/** Everything about one run of one job, gathered step by step. */
interface Work {
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

function saveInput({ repository, pull, context }: Pick<Work, 'repository' | 'pull' | 'context'>): SaveInput {
  return {
    repository_id: repository.repository_id,
    full_name: repository.full_name,
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
  const instance = assembleInstance({ repo, consent, pull, base, fix, links, comments, firstCommitAt, code });
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

async function gather(
  deps: CollectDeps,
  context: JobContext,
  repository: CollectableRepository,
  pull: PullFacts,
  access: RepositoryAccess,
  heads: readonly string[],
): Promise<Work> {
  const mirror = await access.mirror();
  const fetched = await fetchPull(mirror, pull, heads);
  const commits = await commitsOf(mirror, fetched);
  const closers = pull.merge_commit_sha === null ? commits.shas : [...commits.shas, pull.merge_commit_sha];
  const links = await resolveLinks({
    reader: access.reader,
    fullName: repository.full_name,
    webHost: deps.webHost,
    pull,
    subjects: commits.subjects,
    commits: new Set<string>(closers),
  });
  const comments = await issueComments(access, links.issues);
  const { firstCommitAt } = commits;
  return { deps, context, repository, access, mirror, pull, fetched, links, comments, firstCommitAt };
}

/** Writes what was seen: the pull request, its revisions, its issues; a merged one is discovered in the same step. */
async function observe(work: Work): Promise<boolean> {
  const { deps, access, repository, pull, fetched, links, comments, context } = work;
  const { repository_id } = repository;
  const conversation = await access.reader.conversation(pull.number);
  const linked_issues = links.issues.map(({ number }) => ({
    number,
    source: links.evidence.find((link) => link.number === number)?.source ?? ('text' as const),
  }));
  const written = await whileConsenting(deps.db, repository_id, async (trx) => {
    for (const issue of links.issues)
      await saveIssue(trx, repository_id, issue, comments.get(issue.number) ?? []);
    const { heads } = fetched;
    await saveObservation(trx, {
      repository_id,
      pull,
      conversation,
      linked_issues,
      heads,
      job_id: context.jobId,
    });
    if (pull.merged) await discover(trx, saveInput(work));
    return true;
  });
  return written === true;
}

/** A rival that was closed is news for the instances of its issues: they are collected again. */
async function recollectForRival(work: Work): Promise<number> {
  const { deps, repository, pull, links, context } = work;
  const numbers = links.issues.map((issue) => issue.number);
  if (pull.merged || pull.state !== 'closed' || numbers.length === 0) return 0;
  return deps.db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('instance_issue as l')
      .innerJoin('instance as i', 'i.instance_id', 'l.instance_id')
      .select('i.pull_number')
      .distinct()
      .where('l.repository_id', '=', repository.repository_id)
      .where('l.number', 'in', numbers)
      .orderBy('i.pull_number')
      .execute();
    const { repository_id } = repository;
    const jobs = rows.map(({ pull_number: number }) => ({
      kind: 'collect.pull' as const,
      payload: { repository_id, number, head_shas: [] },
      cause: `${context.jobId}-rival`,
    }));
    await deps.queue.enqueue(trx, jobs);
    return jobs.length;
  });
}

/** A merged pull request that can no longer be read keeps its place in the funnel, as a rejection. */
async function pullGone(
  deps: CollectDeps,
  repository: CollectableRepository,
  number: number,
  context: JobContext,
) {
  const input = {
    repository_id: repository.repository_id,
    full_name: repository.full_name,
    pull_number: number,
    merged_at: null,
    job_id: context.jobId,
  };
  await whileConsenting(deps.db, repository.repository_id, (trx) =>
    saveVerdict(trx, input, rejection('pull_missing')),
  );
  return { outcome: 'pull_missing', detail: { repository_id: repository.repository_id, number } };
}

/**
 * Brings what we know of a pull request up to what GitHub and git say now; a merged one becomes an instance or a
 * rejection. It may run any number of times, in any order of events: the same pull request gives the same instance.
 */
export async function collectPull(
  deps: CollectDeps,
  { repository_id, number, head_shas }: JobPayloads['collect.pull'],
  context: JobContext,
): Promise<JobOutcome> {
  const repository = await collectableRepository(deps.db, repository_id);
  if (!repository) return { outcome: 'no_consent', detail: { repository_id, number } };
  const access = deps.access('collect.pull', repository, context.signal);
  const pull = await access.reader.pull(number);
  if (!pull) return pullGone(deps, repository, number, context);
  const heads = [...head_shas, ...(await knownHeads(deps.db, repository_id, number))];
  const work = await gather(deps, context, repository, pull, access, heads);
  const detail = { repository_id, number };
  if (!(await observe(work))) return { outcome: 'no_consent', detail };
  if (!pull.merged) {
    const recollected = await recollectForRival(work);
    return { outcome: 'observed', detail: { ...detail, recollected } };
  }
  const verdict = await judge(work);
  const saved = await whileConsenting(deps.db, repository_id, (trx) =>
    saveVerdict(trx, saveInput(work), verdict),
  );
  if (saved === null) return { outcome: 'no_consent', detail };
  const instance_id = instanceId(repository.full_name, number);
  const reason = verdict.verdict === 'rejected' ? verdict.reason : null;
  return { outcome: verdict.verdict, detail: { instance_id, reason, news: saved ? 1 : 0 } };
}
