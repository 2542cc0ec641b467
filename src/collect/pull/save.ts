import { sql, type Transaction } from 'kysely';
import type { Database, StoredReward } from '../../db/tables.ts';
import { recordTransitions } from '../../db/transitions.ts';
import type { InstanceId } from '../../domain/ids.ts';
import { type CandidateOrigin, type Instance, type InstanceStatus, mayMove } from '../../domain/instance.ts';
import type { RejectionReason } from '../../domain/rejection.ts';

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

async function currentStatus(trx: Transaction<Database>, id: string): Promise<InstanceStatus | null> {
  const row = await trx
    .selectFrom('instance')
    .select('status')
    .where('instance_id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row?.status ?? null;
}

async function move(
  trx: Transaction<Database>,
  input: SaveInput,
  from: InstanceStatus | null,
  to: InstanceStatus,
  event: string,
  reason: string | null = null,
): Promise<void> {
  await recordTransitions(trx, [
    {
      entity: 'instance',
      entity_id: input.instance_id,
      from_status: from,
      to_status: to,
      event,
      reason,
      job_id: input.job_id,
    },
  ]);
}

/** Marks a merged pull request as discovered, once. */
export async function discover(trx: Transaction<Database>, input: SaveInput): Promise<void> {
  const { instance_id } = input;
  const from = await currentStatus(trx, instance_id);
  if (from !== null && from !== 'retired') return;
  await trx
    .insertInto('instance')
    .values({
      instance_id,
      repository_id: input.repository_id,
      pull_number: input.pull_number,
      status: 'discovered',
      merged_at: input.merged_at,
    })
    .onConflict((conflict) =>
      conflict.column('instance_id').doUpdateSet({ status: 'discovered', updated_at: new Date() }),
    )
    .execute();
  await move(trx, input, from, 'discovered', 'merged');
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
  id: string,
  verdict: Verdict & { verdict: 'rejected' },
) {
  const { reason } = verdict;
  const detail = JSON.stringify(verdict.detail);
  await trx.deleteFrom('candidate').where('instance_id', '=', id).execute();
  await trx
    .updateTable('instance')
    .set({ status: 'rejected', body: null, oracle_reward: null, updated_at: new Date() })
    .where('instance_id', '=', id)
    .execute();
  const { repository_id, pull_number } = input;
  await trx
    .insertInto('instance_rejection')
    .values({ instance_id: id, repository_id, pull_number, reason, detail })
    .onConflict((conflict) => conflict.column('instance_id').doUpdateSet({ reason, detail, at: new Date() }))
    .execute();
}

async function accept(
  trx: Transaction<Database>,
  input: SaveInput,
  id: string,
  verdict: Verdict & { verdict: 'ready' },
) {
  const { instance, oracle_reward, candidates } = verdict;
  await trx.deleteFrom('instance_rejection').where('instance_id', '=', id).execute();
  await trx.deleteFrom('candidate').where('instance_id', '=', id).execute();
  await trx.deleteFrom('instance_issue').where('instance_id', '=', id).execute();
  await trx
    .updateTable('instance')
    .set({
      status: 'ready',
      body: JSON.stringify(instance),
      consent: instance.consent,
      oracle_reward: JSON.stringify(oracle_reward),
      merged_at: instance.merged_at,
      updated_at: new Date(),
    })
    .where('instance_id', '=', id)
    .execute();
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
  const from = await currentStatus(trx, id);
  if (from === null || !mayMove(from, verdict.verdict)) return false;
  if (from === verdict.verdict && (await unchanged(trx, id, verdict))) return false;
  if (verdict.verdict === 'rejected') {
    await reject(trx, input, id, verdict);
    await move(trx, input, from, 'rejected', 'collected', verdict.reason);
  } else {
    await accept(trx, input, id, verdict);
    await move(trx, input, from, 'ready', from === 'ready' ? 'refreshed' : 'collected');
  }
  return true;
}
