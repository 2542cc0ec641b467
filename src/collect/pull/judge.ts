import type { RejectionReason } from '../../domain/rejection.ts';
import type { RepositoryReader } from '../../domain/repository.ts';
import type { SaveInput, Verdict } from '../../instance/save.ts';
import type { CollectDeps } from '../deps.ts';
import { botHits } from '../filter/bot.ts';
import { denialOf } from '../filter/decontaminate.ts';
import { assembleInstance } from './assemble.ts';
import { collectCandidates } from './candidates.ts';
import { readChange } from './code.ts';
import type { GatheredPull } from './gather.ts';
import { scoreOracle } from './rewards.ts';

/** Applies the paper's filters in a fixed order, then makes the instance with its candidates and their rewards. */
export async function judgePull(
  { db, denyRepositories }: CollectDeps,
  reader: RepositoryReader,
  gathered: GatheredPull,
  {
    instance_id,
    repository_id,
    pull_number,
  }: Pick<SaveInput, 'instance_id' | 'repository_id' | 'pull_number'>,
): Promise<Verdict> {
  const refusal = await refuseUnread(reader, gathered, denyRepositories);
  if (refusal) return refusal;
  const { mirror, links } = gathered;
  const { base, fix } = gathered.fetched;
  if (fix === null) return rejection('head_missing');
  if (base === null) return rejection('base_missing');
  const read = await readChange(mirror, base, fix);
  if (read.outcome === 'rejected') return rejection(read.reason, { hunks: read.counts });
  if (links.issues.length === 0) return rejection('no_issue', { named: links.evidence });
  const instance = assembleInstance(instance_id, gathered, { base, fix }, read.code);
  const candidates = await collectCandidates({
    db,
    mirror,
    repository_id,
    pull_number,
    base,
    fix,
    oraclePatch: instance.patch,
    issues: instance.linked_issues,
  });
  const oracle_reward = scoreOracle(instance.context, instance.oracle, instance.patch);
  return { verdict: 'ready', instance, oracle_reward, candidates };
}

function rejection(reason: RejectionReason, detail: Readonly<Record<string, unknown>> = {}): Verdict {
  return { verdict: 'rejected', reason, detail };
}

/** Refuses benchmark repositories and bots, before any code is read. */
async function refuseUnread(
  reader: RepositoryReader,
  { pull }: GatheredPull,
  denyRepositories: readonly string[],
): Promise<Verdict | null> {
  const { full_name: fullName, parents } = await reader.repository();
  const denial = denialOf({ fullName, parents }, denyRepositories);
  if (denial) return rejection('denied_repository', { ...denial });
  const { title, body, author: login, author_type: accountType } = pull;
  const hits = botHits({ title, body, login, accountType });
  return hits.length > 0 ? rejection('bot', { hits }) : null;
}
