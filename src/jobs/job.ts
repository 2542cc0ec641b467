import { createHash } from 'node:crypto';
import { type JobKind, jobKinds, type JobPayloads } from './registry.ts';

/** A job to be enqueued; `cause` names what it follows from, so that the same cause enqueues it once. */
export type NewJob = {
  [K in JobKind]: {
    readonly kind: K;
    readonly payload: JobPayloads[K];
    readonly cause: string;
    /** Seconds until the job may start. */
    readonly startAfterSeconds?: number;
  };
}[JobKind];

/** What a job row holds. */
export interface JobData {
  readonly kind: JobKind;
  readonly payload: JobPayloads[JobKind];
  readonly cause: string;
  /** How often the job was put off because a limit had not reset. */
  readonly deferred: number;
}

/** A UUID that depends on the text alone: the same cause gives the same job row. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

export function jobIdOf(job: NewJob, deferred = 0): string {
  return uuidOf(`${job.kind}\n${job.cause}\n${JSON.stringify(job.payload)}\n${deferred}`);
}

export function queueOf(job: NewJob): string {
  return jobKinds[job.kind].queue;
}

export function keyOf(job: NewJob): string {
  // The union of kinds makes `payload` and `key` match; the compiler cannot see that through the index.
  const key = jobKinds[job.kind].key as (payload: NewJob['payload']) => string;
  return key(job.payload);
}
