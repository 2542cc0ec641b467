import type { ConsentScope } from '../domain/consent.ts';
import type { IgnoreReason, RepositoryDelivery, RepositoryEvent } from '../domain/delivery.ts';
import type { TokenGrant } from '../domain/permissions.ts';
import type {
  JobContext,
  JobKind,
  JobOutcome,
  JobPayload,
  JobRequest,
  ScheduledPayload,
} from '../jobs/job.ts';
import type { QueueName } from '../jobs/queues.ts';

/** Does one job; may run any number of times for it. The class of a thrown `MendloopError` decides about retries. */
export type JobHandler<K extends JobKind, Deps> = (
  deps: Deps,
  payload: JobPayload<K>,
  context: JobContext,
) => Promise<JobOutcome<K>>;

/** Only jobs of the `publish` queue may declare a token that writes. */
type QueueAndToken =
  | { readonly queue: 'publish'; readonly token: TokenGrant | null }
  | { readonly queue: Exclude<QueueName, 'publish'>; readonly token: TokenGrant<'read'> | null };

/** One kind of job: where it waits, what it may do on GitHub, when it is due, and the code that does it. */
export type KindDeclaration<K extends JobKind, Deps> = QueueAndToken & {
  /** Jobs of one queue with the same key never overlap, on any number of workers. */
  readonly key: (payload: JobPayload<K>) => string;
  /** Gives a cron expression in UTC; only for a kind whose payload is a slot. Null: events alone enqueue the kind. */
  readonly schedule: ScheduledPayload extends JobPayload<K> ? ((deps: Deps) => string) | null : null;
  /** Loads the code. Workers call this at their start; the declaration by itself loads no adapter and no database. */
  readonly handler: () => Promise<JobHandler<K, Deps>>;
};

/**
 * Names the jobs that follow from a delivery, or why none does. Pure. Intake asks only for repositories on which the
 * App is active; `consent` is what the repository allows now.
 */
export type StageRoute<K extends JobKind> = (
  delivery: RepositoryDelivery,
  consent: ConsentScope,
) => readonly JobRequest<K>[] | IgnoreReason;

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

/**
 * All that one stage brings. `src/main/wiring/stages.ts` lists the stages; queues, tokens, schedules, handlers, routing and
 * purging follow from that list.
 */
export interface Stage<K extends JobKind, Deps> {
  readonly kinds: { readonly [Kind in K]: KindDeclaration<Kind, Deps> };
  /** What follows from each event that the stage uses. */
  readonly routes: Readonly<Partial<Record<RepositoryEvent, StageRoute<K>>>>;
  /** Loads what removes a repository's data; null for a stage that keeps none. */
  readonly forgetter: (() => Promise<(deps: Deps) => Forgetter>) | null;
}
