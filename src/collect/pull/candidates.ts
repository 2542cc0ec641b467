import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isSha, type Sha } from '../../domain/ids.ts';
import type { CodeMirror } from '../../domain/repository.ts';
import type { ScoredCandidate } from '../../instance/save.ts';
import { splitPatch } from '../split-patch.ts';
import { changeLimits } from './limits.ts';
import { scoreCandidate } from './rewards.ts';

export interface CandidateInput {
  readonly db: Kysely<Database>;
  readonly mirror: CodeMirror;
  readonly repository_id: number;
  readonly pull_number: number;
  readonly base: Sha;
  readonly fix: Sha;
  readonly oraclePatch: string;
  /** Issues that the instance answers. */
  readonly issues: readonly number[];
}

/** The source part of what a head changes, or null where it has none, cannot be read, or equals the oracle. */
async function sourcePatch(input: CandidateInput, from: Sha, head: Sha): Promise<string | null> {
  const { mirror, oraclePatch } = input;
  const split = await splitPatch(mirror, from, head, changeLimits.maximumBytes);
  if (split.outcome === 'oversize' || split.patch === '' || split.patch === oraclePatch) return null;
  return split.patch;
}

/** The heads that were pushed before the last one. */
async function revisionCandidates(input: CandidateInput): Promise<ScoredCandidate[]> {
  const { db, mirror, repository_id, pull_number, base, fix, oraclePatch } = input;
  const rows = await db
    .selectFrom('pull_revision')
    .select('head_sha')
    .where('repository_id', '=', repository_id)
    .where('number', '=', pull_number)
    .where('reachable', '=', true)
    .where('head_sha', '<>', fix)
    .orderBy('head_sha')
    .execute();
  const found: ScoredCandidate[] = [];
  for (const { head_sha } of rows) {
    if (!isSha(head_sha) || !(await mirror.has(head_sha))) continue;
    const from = (await mirror.mergeBase(base, head_sha)) ?? base;
    const patch = await sourcePatch(input, from, head_sha);
    if (patch === null) continue;
    const rewards = scoreCandidate(patch, oraclePatch);
    found.push({ origin: 'pr_revision', source: head_sha, patch, rewards });
  }
  return found;
}

/** Pull requests for the same issues that were closed without being merged. */
async function rivalCandidates(input: CandidateInput): Promise<ScoredCandidate[]> {
  const { db, mirror, repository_id, pull_number, oraclePatch, issues } = input;
  const rows = await db
    .selectFrom('pull_request')
    .select(['number', 'base_sha', 'head_sha'])
    .where('repository_id', '=', repository_id)
    .where('status', '=', 'closed')
    .where('number', '<>', pull_number)
    .where(
      sql<boolean>`exists (
        select 1 from jsonb_array_elements(linked_issues) as link
        where (link->>'number')::int = any(${[...issues]}::int[]))`,
    )
    .orderBy('number')
    .execute();
  const found: ScoredCandidate[] = [];
  for (const { number, base_sha, head_sha } of rows) {
    if (
      !isSha(head_sha) ||
      !isSha(base_sha) ||
      !(await mirror.has(head_sha)) ||
      !(await mirror.has(base_sha))
    )
      continue;
    const from = await mirror.mergeBase(base_sha, head_sha);
    const patch = from && (await sourcePatch(input, from, head_sha));
    if (!patch) continue;
    const rewards = scoreCandidate(patch, oraclePatch);
    found.push({ origin: 'rival_pr', source: `#${number}`, patch, rewards });
  }
  return found;
}

/** Every other attempt at the same issue that we know, each with its label. The order depends on the data alone. */
export async function collectCandidates(input: CandidateInput): Promise<ScoredCandidate[]> {
  return [...(await revisionCandidates(input)), ...(await rivalCandidates(input))];
}
