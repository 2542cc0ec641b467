import type { AnswerScore, Unscorable } from './score-answer.ts';
import type { ScoredBlock } from './score-block.ts';

/** Whole lines of scoring rows; the pool takes its memory over. */
export interface BlockTask {
  readonly kind: 'block';
  readonly block: Uint8Array<ArrayBuffer>;
}

/** One model output against one row of the oracles' file, which owns its memory and is copied to the thread. */
export interface AnswerTask {
  readonly kind: 'answer';
  readonly oracle: Uint8Array;
  readonly text: string;
}

export type ScoringTask = BlockTask | AnswerTask;

export type ResultOf<Task extends ScoringTask> = Task extends BlockTask
  ? ScoredBlock
  : AnswerScore | Unscorable;

/** What a thread is started with. */
export interface ThreadData {
  readonly formula: string;
  /** One 32-bit integer in shared memory: the number of the task that is to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What a thread is sent; tasks are numbered from 1. */
export interface Order {
  readonly number: number;
  readonly task: ScoringTask;
}

export type Reply =
  | { readonly state: 'ready' }
  | { readonly state: 'done'; readonly number: number; readonly result: unknown; readonly ms: number }
  | { readonly state: 'stopped'; readonly number: number }
  | { readonly state: 'failed'; readonly number: number };

/** What became of one task: a value for all that can happen to it, so that its neighbours go on. */
export type Outcome<Result> =
  | { readonly state: 'done'; readonly result: Result; readonly ms: number }
  /** It was at work for longer than its limit. */
  | { readonly state: 'timed_out' }
  /** Nobody waits for it any more, or the pool was closed. */
  | { readonly state: 'cancelled' }
  /** It threw, or its thread ended under it. */
  | { readonly state: 'failed' };

/** A task on its way through the pool. */
export interface Entry {
  readonly task: ScoringTask;
  /** Milliseconds at work; null is as long as it takes. */
  readonly limitMs: number | null;
  /** Called once. */
  settle(outcome: Outcome<unknown>): void;
}
