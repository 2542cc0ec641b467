import { sql, type Transaction } from 'kysely';
import { addWithStatus, lockStatus, moveStatus } from '../db/status.ts';
import type { Database, StoredReward } from '../db/tables.ts';
import type { InstanceId } from '../domain/ids.ts';
import { type CandidateOrigin, type Instance, type InstanceStatus, mayMove } from '../domain/instance.ts';
import type { RejectionReason } from '../domain/rejection.ts';

export interface ScoredCandidate {
  readonly origin: CandidateOrigin;
  readonly source: string;
  readonly patch: string;
  readonly rewards: Readonly<Record<string, StoredReward>>;
}

export type Verdict =
  | {
      readonly verdict: 'rejected';
      readonly reason: RejectionReason;
      readonly detail: Readonly<Record<string, unknown>>;
    }
  | {
      readonly verdict: 'ready';
      readonly instance: Instance;
      readonly oracle_reward: StoredReward;
      readonly candidates: readonly ScoredCandidate[];
    };

export interface SaveInput {
  readonly instance_id: InstanceId;
  readonly repository_id: number;
  readonly pull_number: number;
  readonly merged_at: string | null;
  readonly job_id: string;
}

/** Marks a merged pull request as discovered, once. */
export async function discover(trx: Transaction<Database>, input: SaveInput): Promise<void> {
  const { instance_id, repository_id, pull_number, merged_at, job_id } = input;
  const first = { to: 'discovered', event: 'merged', job_id } as const;
  if (await addWithStatus(trx, 'instance', { instance_id, repository_id, pull_number, merged_at }, first))
    return;
  const move = { ...first, id: instance_id, from: 'retired' } as const;
  await moveStatus(trx, 'instance', move, { updated_at: new Date() });
}

async function unchanged(trx: Transaction<Database>, id: string, verdict: Verdict): Promise<boolean> {
  if (verdict.verdict === 'rejected') {
    const row = await trx
      .selectFrom('instance_rejection')
      .select('reason')
      .where('instance_id', '=', id)
      .where('reason', '=', verdict.reason)
      .executeTakeFirst();
    return row !== undefined;
  }
  const same = await trx
    .selectFrom('instance')
    .select(sql<boolean>`body = ${JSON.stringify(verdict.instance)}::jsonb`.as('body'))
    .where('instance_id', '=', id)
    .where('status', '=', 'ready')
    .executeTakeFirst();
  if (same?.body !== true) return false;
  const stored = await trx
    .selectFrom('candidate')
    .select(['origin', 'source', 'patch'])
    .where('instance_id', '=', id)
    .execute();
  const key = (c: { origin: string; source: string; patch: string }) =>
    `${c.origin}\n${c.source}\n${c.patch}`;
  const keys = new Set(stored.map(key));
  return (
    stored.length === verdict.candidates.length &&
    verdict.candidates.every((candidate) => keys.has(key(candidate)))
  );
}

async function reject(
  trx: Transaction<Database>,
  input: SaveInput,
  from: InstanceStatus,
  verdict: Verdict & { verdict: 'rejected' },
) {
  const { instance_id: id } = input;
  const { reason } = verdict;
  const detail = JSON.stringify(verdict.detail);
  await trx.deleteFrom('candidate').where('instance_id', '=', id).execute();
  const { repository_id, pull_number, job_id } = input;
  const move = { id, from, to: 'rejected', event: 'collected', reason, job_id } as const;
  await moveStatus(trx, 'instance', move, { body: null, oracle_reward: null, updated_at: new Date() });
  await trx
    .insertInto('instance_rejection')
    .values({ instance_id: id, repository_id, pull_number, reason, detail })
    .onConflict((conflict) => conflict.column('instance_id').doUpdateSet({ reason, detail, at: new Date() }))
    .execute();
}

async function accept(
  trx: Transaction<Database>,
  input: SaveInput,
  from: InstanceStatus,
  verdict: Verdict & { verdict: 'ready' },
) {
  const { instance_id: id } = input;
  const { instance, oracle_reward, candidates } = verdict;
  await trx.deleteFrom('instance_rejection').where('instance_id', '=', id).execute();
  await trx.deleteFrom('candidate').where('instance_id', '=', id).execute();
  await trx.deleteFrom('instance_issue').where('instance_id', '=', id).execute();
  const event = from === 'ready' ? 'refreshed' : 'collected';
  await moveStatus(
    trx,
    'instance',
    { id, from, to: 'ready', event, job_id: input.job_id },
    {
      body: JSON.stringify(instance),
      consent: instance.consent,
      oracle_reward: JSON.stringify(oracle_reward),
      merged_at: instance.merged_at,
      updated_at: new Date(),
    },
  );
  const issues = instance.linked_issues.map((number) => ({
    instance_id: id,
    repository_id: input.repository_id,
    number,
  }));
  if (issues.length > 0) await trx.insertInto('instance_issue').values(issues).execute();
  const rows = candidates.map(({ rewards, ...rest }) => ({
    instance_id: id,
    ...rest,
    rewards: JSON.stringify(rewards),
  }));
  if (rows.length > 0) await trx.insertInto('candidate').values(rows).execute();
}

/** Writes a verdict; the same verdict twice changes nothing and leaves no transition. Returns whether it was news. */
export async function saveVerdict(
  trx: Transaction<Database>,
  input: SaveInput,
  verdict: Verdict,
): Promise<boolean> {
  const { instance_id: id } = input;
  const from = await lockStatus(trx, 'instance', id);
  if (from === null || !mayMove(from, verdict.verdict)) return false;
  if (from === verdict.verdict && (await unchanged(trx, id, verdict))) return false;
  if (verdict.verdict === 'rejected') await reject(trx, input, from, verdict);
  else await accept(trx, input, from, verdict);
  return true;
}
