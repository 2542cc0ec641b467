import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isSha, type Sha } from '../../domain/ids.ts';
import type { CodeMirror } from '../../domain/ports/repository.ts';
import type { ScoredCandidate } from '../../instance/save.ts';
import { splitPatch } from '../file/split-patch.ts';
import { changeLimits } from '../filter/limits.ts';
import { scoreCandidate } from './rewards.ts';

export interface CandidateInput {
  readonly db: Kysely<Database>;
  readonly mirror: CodeMirror;
  readonly repository_id: number;
  readonly pull_number: number;
  readonly base: Sha;
  readonly fix: Sha;
  readonly oraclePatch: string;
  /** Numbers of the issues that the instance answers. */
  readonly issues: readonly number[];
}

/** Returns the source patch of a head; null where it is empty, too large, or equal to the oracle. */
async function sourcePatch(input: CandidateInput, from: Sha, head: Sha): Promise<string | null> {
  const { mirror, oraclePatch } = input;
  const split = await splitPatch(mirror, from, head, changeLimits.maximumBytes);
  if (split.outcome === 'oversize' || split.patch === '' || split.patch === oraclePatch) return null;
  return split.patch;
}

/** Returns the earlier heads of the pull request as candidates. */
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
  const candidates: ScoredCandidate[] = [];
  for (const { head_sha } of rows) {
    if (!isSha(head_sha) || !(await mirror.has(head_sha))) continue;
    const from = (await mirror.mergeBase(base, head_sha)) ?? base;
    const patch = await sourcePatch(input, from, head_sha);
    if (patch === null) continue;
    const rewards = scoreCandidate(patch, oraclePatch);
    candidates.push({ origin: 'pr_revision', source: head_sha, patch, rewards });
  }
  return candidates;
}

/** Returns the unmerged, closed pull requests for the same issues as candidates. */
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
  const candidates: ScoredCandidate[] = [];
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
    candidates.push({ origin: 'rival_pr', source: `#${number}`, patch, rewards });
  }
  return candidates;
}

/** Returns every other known attempt at the same issues with its rewards. The order depends on the data alone. */
export async function collectCandidates(input: CandidateInput): Promise<ScoredCandidate[]> {
  return [...(await revisionCandidates(input)), ...(await rivalCandidates(input))];
}
