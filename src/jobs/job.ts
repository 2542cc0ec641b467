import { createHash } from 'node:crypto';
import type { Log } from '../telemetry/log.ts';

/**
 * The kinds of job by name, each with the types of its payload and outcome. Every stage adds its own kinds by
 * `declare module` in `src/<stage>/stage.ts`, so that jobs are typed everywhere and this room knows no stage.
 * Payloads hold numbers and hashes only: a job row outlives a purge.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type
export interface JobKinds {}

export type JobKind = keyof JobKinds;
export type JobPayload<K extends JobKind = JobKind> = JobKinds[K]['payload'];

/** What a finished job reports: one word of its kind, and ids. An expected refusal is an outcome, not an error. */
export interface JobOutcome<K extends JobKind = JobKind> {
  readonly outcome: JobKinds[K]['outcome'];
  readonly detail?: Readonly<Record<string, string | number | null>>;
}

/** Payload of a scheduled kind: the minute of its tick, `2026-05-01T08:05`, or the instant of a worker's start. */
export interface ScheduledPayload {
  readonly slot: string;
}

/** The kinds that a schedule can enqueue: those whose payload is a slot alone. */
export type ScheduledKind = {
  [K in JobKind]: ScheduledPayload extends JobPayload<K> ? K : never;
}[JobKind];

/** `live` follows from something that just happened; `backfill` from history, and waits for everything live. */
export type JobPriority = 'live' | 'backfill';

/** A job without its cause, as the routing of a delivery names it. */
export type JobRequest<K extends JobKind = JobKind> = {
  [Kind in K]: {
    readonly kind: Kind;
    readonly payload: JobPayload<Kind>;
    /** Default: `live`. */
    readonly priority?: JobPriority;
  };
}[K];

/** A job to be enqueued; `cause` names what it follows from, so that the same cause enqueues it once. */
export type NewJob = JobRequest & {
  readonly cause: string;
  /** Seconds until the job may start. */
  readonly startAfterSeconds?: number;
};

/** What a job row holds. */
export interface JobData {
  readonly kind: JobKind;
  readonly payload: JobPayload;
  readonly cause: string;
  /** How often the job was put off because a limit had not reset. */
  readonly deferred: number;
}

export interface JobContext {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly log: Log;
  /** Aborted when the worker is stopping or the job has lost its lease. */
  readonly signal: AbortSignal;
}

/** A UUID that depends on the text alone: the same cause gives the same job row. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

/** The id of a job's row. The priority is no part of it: a cause enqueues a job once, whatever its priority. */
export function jobIdOf(job: NewJob, deferred = 0): string {
  return uuidOf(`${job.kind}\n${job.cause}\n${JSON.stringify(job.payload)}\n${deferred}`);
}
