import { collectableRepository, whileConsenting } from '../../consent/guard.ts';
import { nameInstance } from '../../instance/name.ts';
import { type SaveInput, saveVerdict } from '../../instance/save.ts';
import type { JobContext, JobOutcome, JobPayload } from '../../jobs/job.ts';
import type { CollectDeps } from '../deps.ts';
import { gatherPull } from './gather.ts';
import { pullGone } from './gone.ts';
import { judgePull } from './judge.ts';
import { observePull } from './observe.ts';

/**
 * Brings what is stored of a pull request up to what GitHub and git say now; a merged one becomes an instance or a
 * rejection. May run any number of times, in any order of events: the same pull request gives the same instance.
 */
export async function collectPull(
  deps: CollectDeps,
  { repository_id, number, head_shas: heads }: JobPayload<'collect.pull'>,
  context: JobContext,
): Promise<JobOutcome<'collect.pull'>> {
  const detail = { repository_id, number };
  const repository = await collectableRepository(deps.db, repository_id);
  if (!repository) return { outcome: 'no_consent', detail };
  const access = deps.access('collect.pull', repository, context.signal);
  const pull = await access.reader.pull(number);
  const named = { ...detail, full_name: repository.full_name };
  if (!pull) return pullGone(deps, named, context);
  const instance_id = await nameInstance(deps.db, named);
  const { merged_at } = pull;
  const input: SaveInput = {
    instance_id,
    repository_id,
    merged_at,
    pull_number: number,
    job_id: context.jobId,
  };
  const gathered = await gatherPull(deps, { repository, access, pull, heads });
  const recollected = await observePull(deps, gathered, input);
  if (recollected === null) return { outcome: 'no_consent', detail };
  if (!pull.merged) return { outcome: 'observed', detail: { ...detail, recollected } };
  const verdict = await judgePull(deps, access.reader, gathered, input);
  const saved = await whileConsenting(deps.db, repository_id, (trx) => saveVerdict(trx, input, verdict));
  if (saved === null) return { outcome: 'no_consent', detail };
  const reason = verdict.verdict === 'rejected' ? verdict.reason : null;
  return { outcome: verdict.verdict, detail: { instance_id, reason, news: saved ? 1 : 0 } };
}
