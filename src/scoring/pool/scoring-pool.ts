import type { Entry, Outcome, ResultOf, ScoringTask } from '../task.ts';
import { ScoringThread, type ThreadEvents } from './scoring-thread.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly formula: string;
  /** The module that each thread runs: `threadModule()`, or the bundle. */
  readonly module: URL;
}

export interface TaskOptions {
  /** Most milliseconds that each task may run, without its wait; null for no limit. */
  readonly limitMs: number | null;
  readonly signal?: AbortSignal;
  /** The work of each task, in any unit: the largest tasks start first. Without sizes, tasks start in order. */
  readonly sizes?: readonly number[];
}

/** Scoring reads its cancellation every few milliseconds; a thread that has not stopped after this time is stuck. */
const graceMs = 300;

/**
 * Most tasks that are sent to one thread, while there are enough tasks for all threads. With one task at a time, threads on
 * busy cores were idle for 42 % of a step, waiting for the main thread's turn; with four tasks for 22 %.
 */
const maxLoad = 4;

/**
 * Scores tasks on threads. Calls are served in order; the tasks of one call start largest first, so that a large task does not
 * run alone at the end. The caller has to bound the queue, for example by `waiting`.
 */
export class ScoringPool {
  readonly #threads: Set<ScoringThread>;
  readonly #waiting = new Set<Entry>();
  #replaced = 0;
  #whenReady: () => void = () => undefined;
  /** Resolves when a thread can take a task, or when no thread could be started (`threads` is 0). */
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

  /** Number of tasks that no thread has begun. */
  get waiting(): number {
    let held = 0;
    for (const { load } of this.#threads) held += Math.max(0, load - 1);
    return this.#waiting.size + held;
  }

  /** Number of tasks that run. */
  get running(): number {
    return [...this.#threads].filter(({ load }) => load > 0).length;
  }

  /** Number of live threads; 0 where none could be started, and after the pool was closed. */
  get threads(): number {
    return this.#threads.size;
  }

  /** Number of threads that ended and were replaced. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Returns one promise for each task, in order; none rejects. An aborted signal cancels tasks that have not ended. */
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

  /** Cancels tasks that have not ended, and ends all threads. */
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

  /** Sends tasks ahead only while there is one for each thread: the last tasks go to the threads that become free first. */
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

  /** Puts the tasks that come back in front of the queue, where they were before. */
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
