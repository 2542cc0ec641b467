import type { ScoringTask } from '../task.ts';

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
