import type { Kysely } from 'kysely';
import { candidateFormulas } from '../../src/collect/pull/rewards.ts';
import type { Database } from '../../src/db/tables.ts';
import type { Instance } from '../../src/domain/instance.ts';
import type { SummaryRound } from './summary-round.ts';

/** What a stage that this run left out says of itself. */
export interface SkippedStage {
  readonly stage: string;
  readonly why: string;
}

/** What happened, in the form of docs/contracts/cli.md#demo-summary. */
export interface Summary {
  readonly seconds: number;
  readonly instances: readonly SummaryInstance[];
  readonly rejections: readonly { readonly repo: string; readonly pull: number; readonly reason: string }[];
  readonly proposals: readonly never[];
  readonly rounds: readonly SummaryRound[];
  readonly skipped: readonly SkippedStage[];
}

export interface SummaryInstance {
  readonly instance_id: string;
  readonly repo: string;
  readonly base_commit: string;
  readonly fix_commit: string;
  readonly linked_issues: readonly number[];
  readonly files: readonly string[];
  readonly test_files: readonly string[];
  readonly patch: string;
  readonly test_patch: string;
  readonly other_patch: string;
  readonly oracle_reward: number | null;
  readonly oracle_reason: string | null;
  readonly candidates: readonly SummaryCandidate[];
  readonly label: null;
}

interface SummaryCandidate {
  readonly origin: string;
  readonly reward: number | null;
  readonly parts: Readonly<Record<string, unknown>>;
  /** By every formula that it was labelled with, and the kind of degenerate edit that was recognised. */
  readonly rewards: Readonly<Record<string, number | null>>;
  readonly hack: string | null;
}

const formula = 'paper/1';

async function candidatesOf(db: Kysely<Database>, instance_id: string): Promise<SummaryCandidate[]> {
  const rows = await db
    .selectFrom('candidate')
    .select(['origin', 'rewards'])
    .where('instance_id', '=', instance_id)
    .orderBy('origin')
    .orderBy('source')
    .execute();
  return rows.map(({ origin, rewards }) => ({
    origin,
    reward: rewards[formula]?.reward ?? null,
    parts: rewards[formula]?.parts ?? {},
    rewards: Object.fromEntries(candidateFormulas.map((name) => [name, rewards[name]?.reward ?? null])),
    hack: rewards[formula]?.hack ?? null,
  }));
}

async function instances(db: Kysely<Database>): Promise<SummaryInstance[]> {
  const rows = await db
    .selectFrom('instance as i')
    .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
    .select(['i.instance_id', 'i.body', 'i.oracle_reward', 'r.full_name'])
    .where('i.status', '=', 'ready')
    .orderBy('r.full_name')
    .orderBy('i.pull_number')
    .execute();
  const found: SummaryInstance[] = [];
  for (const row of rows) {
    const body = row.body as Instance;
    found.push({
      instance_id: row.instance_id,
      repo: row.full_name,
      base_commit: body.base_commit,
      fix_commit: body.fix_commit,
      linked_issues: body.linked_issues,
      files: body.source_files,
      test_files: body.test_files,
      patch: body.patch,
      test_patch: body.test_patch,
      other_patch: body.other_patch,
      oracle_reward: row.oracle_reward?.reward ?? null,
      oracle_reason: row.oracle_reward?.reason ?? null,
      candidates: await candidatesOf(db, row.instance_id),
      label: null,
    });
  }
  return found;
}

export async function summarise(
  db: Kysely<Database>,
  { seconds, rounds, skipped }: Pick<Summary, 'seconds' | 'rounds' | 'skipped'>,
): Promise<Summary> {
  const rejections = await db
    .selectFrom('instance_rejection as x')
    .innerJoin('repository as r', 'r.repository_id', 'x.repository_id')
    .select(['r.full_name as repo', 'x.pull_number as pull', 'x.reason'])
    .orderBy('r.full_name')
    .orderBy('x.pull_number')
    .execute();
  return { seconds, instances: await instances(db), rejections, proposals: [], rounds, skipped };
}
