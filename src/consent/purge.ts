import type { Kysely } from 'kysely';
import { scrubStorage } from '../db/scrub.ts';
import { contentTables, type Database } from '../db/tables.ts';
import { permits } from '../domain/consent.ts';
import { MendloopError } from '../domain/errors.ts';
import type { JobContext, JobOutcome } from '../jobs/worker.ts';
import { consentOf } from './guard.ts';

/** How many things of each kind a stage removed, for the outcome of the job: `{ snapshots: 2, checkpoints: 1 }`. */
export type ForgottenCounts = Readonly<Record<string, number>>;

/**
 * What one stage does when a repository's consent falls. A purge runs the forgetters in the order of their list, any
 * number of times, so each must be repeatable.
 */
export interface Forgetter {
  /** Folder of the stage below `src`, such as `train`. */
  readonly stage: string;
  /**
   * Removes what the stage holds of the repository, rows and files; the purge scrubs the storage afterwards. Returns
   * null when the repository allows the stage again, which `whileForbidden` finds out under its lock.
   */
  forget(repository_id: number, context: JobContext): Promise<ForgottenCounts | null>;
  /** Runs after the storage was scrubbed. A failure that a later run makes up for is logged here, not thrown. */
  afterPurge?(context: JobContext): Promise<void>;
}

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
): Promise<JobOutcome> {
  const consentsAgain = { outcome: 'consents_again', detail: { repository_id } };
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
): Promise<JobOutcome> {
  const outcome = await forgetAndScrub(deps, repository_id, context);
  for (const forgetter of deps.forgetters) await forgetter.afterPurge?.(context);
  return outcome;
}
