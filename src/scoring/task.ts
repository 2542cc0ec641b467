import type { AnswerScore, Unscorable } from './score-answer.ts';
import type { ScoredBlock } from './score-block.ts';

/** Whole lines of scoring rows. The pool transfers the memory to a thread. */
export interface BlockTask {
  readonly kind: 'block';
  readonly block: Uint8Array<ArrayBuffer>;
}

/** One answer and one row of the oracles' file; the pool copies both to a thread. */
export interface AnswerTask {
  readonly kind: 'answer';
  readonly oracle: Uint8Array;
  readonly text: string;
}

export type ScoringTask = BlockTask | AnswerTask;

export type ResultOf<Task extends ScoringTask> = Task extends BlockTask
  ? ScoredBlock
  : AnswerScore | Unscorable;

/** The start data of a thread. */
export interface ThreadData {
  readonly formula: string;
  /** One 32-bit integer in shared memory: the number of the task that has to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** The message that gives a thread a task; numbers start at 1. */
export interface Order {
  readonly number: number;
  readonly task: ScoringTask;
}

export type Reply =
  | { readonly state: 'ready' }
  | { readonly state: 'done'; readonly number: number; readonly result: unknown; readonly ms: number }
  | { readonly state: 'stopped'; readonly number: number }
  | { readonly state: 'failed'; readonly number: number };

/** The result of one task. A failure is a value too, so that it does not end the other tasks of a call. */
export type Outcome<Result> =
  | { readonly state: 'done'; readonly result: Result; readonly ms: number }
  /** The task ran longer than its limit. */
  | { readonly state: 'timed_out' }
  /** The caller's signal was aborted, or the pool was closed. */
  | { readonly state: 'cancelled' }
  /** The task threw an error, or its thread ended. */
  | { readonly state: 'failed' };

/** A task inside the pool. */
export interface Entry {
  readonly task: ScoringTask;
  /** Most milliseconds that the task may run; null for no limit. */
  readonly limitMs: number | null;
  /** The pool calls this exactly once. */
  settle(outcome: Outcome<unknown>): void;
}
