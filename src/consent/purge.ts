import type { Kysely } from 'kysely';
import { scrubStorage } from '../db/scrub.ts';
import { contentTables, type Database } from '../db/tables.ts';
import { permits } from '../domain/consent.ts';
import { MendloopError } from '../domain/errors.ts';
import type { JobContext, JobOutcome } from '../jobs/job.ts';
import type { ForgottenCounts, Forgetter } from '../stage/stage.ts';
import { consentOf } from './guard.ts';

export interface PurgeDeps {
  readonly db: Kysely<Database>;
  /** Later stages first: what was made of the data is removed before the data. */
  readonly forgetters: readonly Forgetter[];
}

/** Runs every forgetter; returns the counts of all, and whether each of them was allowed to remove. */
async function forgetAll(
  forgetters: readonly Forgetter[],
  repository_id: number,
  context: JobContext,
): Promise<{ counts: ForgottenCounts; complete: boolean }> {
  let counts: ForgottenCounts = {};
  let complete = true;
  for (const forgetter of forgetters) {
    const forgotten = await forgetter.forget(repository_id, context);
    counts = { ...counts, ...forgotten };
    complete &&= forgotten !== null;
  }
  return { counts, complete };
}

/**
 * Removes old versions of rows from the storage; returns how many obstacles this server's settings put in the way.
 * Throws `scrub_incomplete` for an obstacle that ends by itself, so that the job is retried.
 */
async function scrub(db: Kysely<Database>, { log }: JobContext): Promise<number> {
  const { left } = await scrubStorage(db, contentTables);
  for (const { what, why } of left) log.warn({ what, why }, 'deleted content may be left in the storage');
  if (left.some(({ why }) => why === 'locked' || why === 'old_transaction'))
    throw new MendloopError('scrub_incomplete', 'Deleted rows are not out of the storage yet.');
  return left.length;
}

async function forgetAndScrub(
  { db, forgetters }: PurgeDeps,
  repository_id: number,
  context: JobContext,
): Promise<JobOutcome<'repository.purge'>> {
  const consentsAgain = { outcome: 'consents_again', detail: { repository_id } } as const;
  if (permits(await consentOf(db, repository_id), 'train')) return consentsAgain;
  const { counts, complete } = await forgetAll(forgetters, repository_id, context);
  if (!complete && Object.values(counts).every((count) => count === 0)) return consentsAgain;
  const left = await scrub(db, context);
  return {
    outcome: complete ? 'purged' : 'training_purged',
    detail: { repository_id, ...counts, left },
  };
}

/**
 * Removes what goes beyond a repository's consent: everything below `collect`, what training made of it below `train`,
 * and then the old versions of the rows from the storage itself. Removes nothing when the consent was raised again in
 * the meantime. Throws `scrub_incomplete`.
 */
export async function purgeRepository(
  deps: PurgeDeps,
  repository_id: number,
  context: JobContext,
): Promise<JobOutcome<'repository.purge'>> {
  const outcome = await forgetAndScrub(deps, repository_id, context);
  for (const forgetter of deps.forgetters) await forgetter.afterPurge?.(context);
  return outcome;
}
