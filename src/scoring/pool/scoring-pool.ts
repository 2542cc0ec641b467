import type { Entry, Outcome, ResultOf, ScoringTask } from '../task.ts';
import { ScoringThread, type ThreadEvents } from './scoring-thread.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly formula: string;
  /** The module that each thread runs: `threadModule()`, or a bundle that does the same in a thread. */
  readonly module: URL;
}

export interface TaskOptions {
  /** Milliseconds that each task may be at work, its wait not counted; null is as long as it takes. */
  readonly limitMs: number | null;
  readonly signal?: AbortSignal;
  /** How much work a task is, in any unit: the largest start first. Without it they start in their order. */
  readonly sizes?: readonly number[];
}

/** A score asks for its cancellation every few milliseconds; a thread that has not by now is stuck. */
const graceMs = 300;

/**
 * Tasks that a thread holds at most, as long as there are enough for all. On busy cores threads stood idle for 42 % of a
 * step with one, because this thread had to have its turn after each, and for 22 % with four.
 */
const maxLoad = 4;

/**
 * Scores on threads. Calls are served in their order, the tasks of one call largest first, so that none of them begins
 * when its neighbours have ended. The caller bounds what waits, by `waiting`.
 */
export class ScoringPool {
  readonly #threads: Set<ScoringThread>;
  readonly #waiting = new Set<Entry>();
  #replaced = 0;
  #whenReady: () => void = () => undefined;
  /** Resolves when a thread can take a task, or when none ever will: see `threads`. */
  readonly ready: Promise<void>;

  constructor({ threads, ...options }: PoolOptions) {
    this.ready = new Promise((resolve) => {
      this.#whenReady = resolve;
    });
    const events: ThreadEvents = {
      free: () => this.#onFree(),
      replaced: (unbegun) => this.#onReplaced(unbegun),
      broken: (thread) => this.#onBroken(thread),
    };
    const start = (): ScoringThread => new ScoringThread({ ...options, graceMs }, events);
    this.#threads = new Set(Array.from({ length: threads }, start));
  }

  /** Tasks that no thread has begun yet. */
  get waiting(): number {
    let held = 0;
    for (const { load } of this.#threads) held += Math.max(0, load - 1);
    return this.#waiting.size + held;
  }

  /** Tasks at work. */
  get running(): number {
    return [...this.#threads].filter(({ load }) => load > 0).length;
  }

  /** Threads that live; 0 when none could be started, or after the end. */
  get threads(): number {
    return this.#threads.size;
  }

  /** How many threads ended and were replaced so far. */
  get replaced(): number {
    return this.#replaced;
  }

  /** One outcome per task, in the order of the tasks; none rejects. An aborted signal cancels what has not ended. */
  run<Task extends ScoringTask>(
    tasks: readonly Task[],
    { limitMs, signal, sizes = [] }: TaskOptions,
  ): Promise<Outcome<ResultOf<Task>>>[] {
    const entries = tasks.map((task) => promisedEntry<ResultOf<Task>>(task, limitMs));
    const order = entries.map((_, index) => index);
    order.sort((left, right) => (sizes[right] ?? 0) - (sizes[left] ?? 0));
    for (const index of order) this.#waiting.add((entries[index] as PromisedEntry<unknown>).entry);
    const own = new Set(entries.map(({ entry }) => entry));
    const cancel = (): void => this.#cancel(own);
    if (signal?.aborted === true || this.#threads.size === 0) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    const outcomes = entries.map(({ outcome }) => outcome);
    void Promise.all(outcomes).then(() => signal?.removeEventListener('abort', cancel));
    this.#dispatch();
    return outcomes;
  }

  /** Ends all threads; what has not ended is cancelled. */
  async [Symbol.asyncDispose](): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    this.#cancel(new Set(this.#waiting));
    await Promise.all(threads.map((thread) => thread.end()));
  }

  #dispatch(): void {
    for (const entry of this.#waiting) {
      const thread = this.#leastLoaded();
      if (thread === undefined || !this.#mayTake(thread)) return;
      this.#waiting.delete(entry);
      thread.run(entry);
    }
  }

  /** Tasks are sent ahead of time only while each thread can have one: the last ones go to whoever is done first. */
  #mayTake({ load }: ScoringThread): boolean {
    return load === 0 || (load < maxLoad && this.#waiting.size >= this.#threads.size);
  }

  #leastLoaded(): ScoringThread | undefined {
    let least: ScoringThread | undefined;
    for (const thread of this.#threads) {
      if (thread.isReady && (least === undefined || thread.load < least.load)) least = thread;
    }
    return least;
  }

  #cancel(entries: ReadonlySet<Entry>): void {
    for (const entry of entries) {
      if (this.#waiting.delete(entry)) entry.settle({ state: 'cancelled' });
    }
    for (const thread of this.#threads) thread.cancel(entries);
  }

  #onFree(): void {
    this.#whenReady();
    this.#dispatch();
  }

  /** What comes back was first once, and is first again. */
  #onReplaced(unbegun: readonly Entry[]): void {
    this.#replaced += 1;
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const entry of [...unbegun, ...later]) this.#waiting.add(entry);
    this.#dispatch();
  }

  #onBroken(thread: ScoringThread): void {
    this.#threads.delete(thread);
    if (this.#threads.size > 0) return;
    this.#cancel(new Set(this.#waiting));
    this.#whenReady();
  }
}

interface PromisedEntry<Result> {
  readonly entry: Entry;
  readonly outcome: Promise<Outcome<Result>>;
}

function promisedEntry<Result>(task: ScoringTask, limitMs: number | null): PromisedEntry<Result> {
  let settle: (outcome: Outcome<Result>) => void = () => undefined;
  const outcome = new Promise<Outcome<Result>>((resolve) => {
    settle = resolve;
  });
  return { outcome, entry: { task, limitMs, settle: (given) => settle(given as Outcome<Result>) } };
}
