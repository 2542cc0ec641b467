import { type Kysely, sql, type Transaction } from 'kysely';
import { addWithStatus, lockStatus, moveStatus } from '../db/status.ts';
import type { Database } from '../db/tables.ts';
import type { StoredReward } from '../db/tables/instance.ts';
import type { InstanceId } from '../domain/ids.ts';
import {
  type CandidateOrigin,
  type CollectedInstance,
  type InstanceStatus,
  isBeingLabelled,
  mayMove,
} from '../domain/instance.ts';
import type { RejectionReason } from '../domain/rejection.ts';

export interface ScoredCandidate {
  readonly origin: CandidateOrigin;
  readonly source: string;
  readonly patch: string;
  readonly rewards: Readonly<Record<string, StoredReward>>;
}

interface Rejected {
  readonly verdict: 'rejected';
  readonly reason: RejectionReason;
  readonly detail: Readonly<Record<string, unknown>>;
}

interface Ready {
  readonly verdict: 'ready';
  readonly instance: CollectedInstance;
  readonly oracle_reward: StoredReward;
  readonly candidates: readonly ScoredCandidate[];
}

export type Verdict = Rejected | Ready;

export interface SaveInput {
  readonly instance_id: InstanceId;
  readonly repository_id: number;
  readonly pull_number: number;
  /** ISO time. */
  readonly merged_at: string | null;
  readonly job_id: string;
}

/** Marks a merged pull request as discovered, once. */
export async function discover(trx: Transaction<Database>, input: SaveInput): Promise<void> {
  const { instance_id, repository_id, pull_number, merged_at, job_id } = input;
  const row = { instance_id, repository_id, pull_number, merged_at };
  const first = { to: 'discovered', event: 'merged', job_id } as const;
  if (await addWithStatus(trx, 'instance', row, first)) return;
  const move = { ...first, id: instance_id, from: 'retired' } as const;
  await moveStatus(trx, 'instance', move, { updated_at: new Date() });
}

/**
 * Writes a verdict. The same verdict twice changes nothing and leaves no history. While the instance is being labelled,
 * its content is refreshed and its status stays, so that the label is not overtaken; where its commits changed, or it is
 * rejected, the label at work is about something else, and a move with the event `label_overtaken` says so. Returns
 * whether anything changed.
 */
export async function saveVerdict(
  trx: Transaction<Database>,
  input: SaveInput,
  verdict: Verdict,
): Promise<boolean> {
  const from = await lockStatus(trx, 'instance', input.instance_id);
  if (from === null || !mayMove(from, verdict.verdict)) return false;
  return verdict.verdict === 'rejected'
    ? reject(trx, input, from, verdict)
    : accept(trx, input, from, verdict);
}

async function reject(
  trx: Transaction<Database>,
  { instance_id, repository_id, pull_number, job_id }: SaveInput,
  from: InstanceStatus,
  { reason, detail: details }: Rejected,
): Promise<boolean> {
  if (from === 'rejected' && (await isRejectedFor(trx, instance_id, reason))) return false;
  await trx.deleteFrom('candidate').where('instance_id', '=', instance_id).execute();
  const event = isBeingLabelled(from) ? 'label_overtaken' : 'collected';
  const move = { id: instance_id, from, to: 'rejected', event, reason, job_id } as const;
  await moveStatus(trx, 'instance', move, { body: null, oracle_reward: null, updated_at: new Date() });
  const detail = JSON.stringify(details);
  await trx
    .insertInto('instance_rejection')
    .values({ instance_id, repository_id, pull_number, reason, detail })
    .onConflict((conflict) => conflict.column('instance_id').doUpdateSet({ reason, detail, at: new Date() }))
    .execute();
  return true;
}

async function isRejectedFor(
  trx: Transaction<Database>,
  id: string,
  reason: RejectionReason,
): Promise<boolean> {
  const row = await trx
    .selectFrom('instance_rejection')
    .select('reason')
    .where('instance_id', '=', id)
    .where('reason', '=', reason)
    .executeTakeFirst();
  return row !== undefined;
}

async function accept(
  trx: Transaction<Database>,
  input: SaveInput,
  from: InstanceStatus,
  verdict: Ready,
): Promise<boolean> {
  const { instance_id: id, job_id } = input;
  const stored = await compareStored(trx, id, verdict.instance);
  const stays = isBeingLabelled(from) && stored.sameCommits;
  if ((stays || from === 'ready') && stored.same && (await hasCandidates(trx, id, verdict.candidates)))
    return false;
  await replaceRows(trx, input, verdict);
  const content = contentOf(verdict);
  if (stays)
    await trx
      .updateTable('instance')
      .set({ ...content })
      .where('instance_id', '=', id)
      .execute();
  else await moveStatus(trx, 'instance', { id, from, to: 'ready', ...acceptance(from), job_id }, content);
  return true;
}

function acceptance(from: InstanceStatus): { readonly event: string; readonly reason: string | null } {
  if (isBeingLabelled(from)) return { event: 'label_overtaken', reason: 'commits_changed' };
  return { event: from === 'ready' ? 'refreshed' : 'collected', reason: null };
}

function contentOf({ instance, oracle_reward }: Ready) {
  return {
    body: JSON.stringify(instance),
    consent: instance.consent,
    oracle_reward: JSON.stringify(oracle_reward),
    merged_at: instance.merged_at,
    updated_at: new Date(),
  };
}

/** Whether the stored body is the same, and whether it is at least about the same commits. */
async function compareStored(
  trx: Transaction<Database>,
  id: string,
  { base_commit, fix_commit, ...rest }: CollectedInstance,
): Promise<{ readonly same: boolean; readonly sameCommits: boolean }> {
  const body = JSON.stringify({ base_commit, fix_commit, ...rest });
  const row = await trx
    .selectFrom('instance')
    .select([
      // Bodies that were stored before labels had a table hold empty lists of tests.
      sql<boolean | null>`body - '{FAIL_TO_PASS,PASS_TO_PASS}'::text[] = ${body}::jsonb`.as('same'),
      sql<boolean | null>`(body->>'base_commit', body->>'fix_commit')
        = (${base_commit}::text, ${fix_commit}::text)`.as('sameCommits'),
    ])
    .where('instance_id', '=', id)
    .executeTakeFirst();
  return { same: row?.same === true, sameCommits: row?.sameCommits === true };
}

async function hasCandidates(
  db: Kysely<Database>,
  id: string,
  candidates: readonly ScoredCandidate[],
): Promise<boolean> {
  const rows = await db
    .selectFrom('candidate')
    .select(['origin', 'source', 'patch'])
    .where('instance_id', '=', id)
    .execute();
  const keyOf = (candidate: Pick<ScoredCandidate, 'origin' | 'source' | 'patch'>) =>
    `${candidate.origin}\n${candidate.source}\n${candidate.patch}`;
  const keys = new Set(rows.map(keyOf));
  return rows.length === candidates.length && candidates.every((candidate) => keys.has(keyOf(candidate)));
}

/** Replaces candidates and answered issues; a rejection that the instance had before is deleted. */
async function replaceRows(
  trx: Transaction<Database>,
  { instance_id, repository_id }: SaveInput,
  { instance, candidates }: Ready,
): Promise<void> {
  for (const table of ['instance_rejection', 'candidate', 'instance_issue'] as const)
    await trx.deleteFrom(table).where('instance_id', '=', instance_id).execute();
  const issues = instance.linked_issues.map((number) => ({ instance_id, repository_id, number }));
  if (issues.length > 0) await trx.insertInto('instance_issue').values(issues).execute();
  const rows = candidates.map(({ rewards, ...rest }) => ({
    instance_id,
    ...rest,
    rewards: JSON.stringify(rewards),
  }));
  if (rows.length > 0) await trx.insertInto('candidate').values(rows).execute();
}
