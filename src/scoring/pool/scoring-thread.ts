import { Worker } from 'node:worker_threads';
import type { Entry, Order, Outcome, Reply, ThreadData } from '../task.ts';

export interface ThreadOptions {
  /** The module that the thread runs. */
  readonly module: URL;
  readonly formula: string;
  /** Milliseconds between a request to stop and the end of a thread that does not stop. */
  readonly graceMs: number;
}

export interface ThreadEvents {
  /** The thread can take a task. */
  free(): void;
  /** The thread ended and was replaced; `unbegun` are the tasks that it had not begun. */
  replaced(unbegun: readonly Entry[]): void;
  /** The thread ended before it was ready; a replacement would end too. */
  broken(thread: ScoringThread): void;
}

interface SentTask {
  readonly number: number;
  readonly entry: Entry;
  /** The outcome to give after a request to stop. */
  verdict: Outcome<unknown> | null;
}

/** One slot of the pool: a thread with the tasks that were sent to it; a thread that ends is replaced. */
export class ScoringThread {
  readonly #options: ThreadOptions;
  readonly #events: ThreadEvents;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker;
  #isReady = false;
  /** This class ends the thread itself, so the running task is not to blame for the exit. */
  #isEnding = false;
  #isClosed = false;
  #number = 0;
  /** Tasks in the order in which the thread runs them; the first one runs. */
  #sent: SentTask[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions, events: ThreadEvents) {
    this.#options = options;
    this.#events = events;
    this.#worker = this.#start();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Number of tasks sent to the thread, including the running one. */
  get load(): number {
    return this.#sent.length;
  }

  /** Sends a task, which runs after the ones sent before. The thread must be ready. */
  run(entry: Entry): void {
    this.#number += 1;
    this.#sent.push({ number: this.#number, entry, verdict: null });
    const order: Order = { number: this.#number, task: entry.task };
    this.#worker.postMessage(order, entry.task.kind === 'block' ? [entry.task.block.buffer] : []);
    if (this.#sent.length === 1) this.#begin();
  }

  /** Cancels these tasks: each settles when the thread gets past it, at the latest after the grace. */
  cancel(entries: ReadonlySet<Entry>): void {
    for (const task of this.#sent) if (entries.has(task.entry)) task.verdict ??= { state: 'cancelled' };
    if (this.#sent[0]?.verdict?.state === 'cancelled') this.#halt();
  }

  /** Cancels the thread's tasks and ends the thread. */
  async end(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const task of this.#sent.splice(0)) settle(task, { state: 'cancelled' });
    await this.#worker.terminate();
  }

  #start(): Worker {
    const workerData: ThreadData = { formula: this.#options.formula, stop: this.#stop };
    const worker = new Worker(this.#options.module, { workerData });
    worker.on('message', (reply: Reply) => this.#take(reply));
    // The exit event follows and is enough; the error itself could quote a text.
    worker.on('error', () => undefined);
    worker.once('exit', () => this.#afterExit());
    this.#isReady = false;
    this.#isEnding = false;
    return worker;
  }

  /** Starts the time limit of the first task, which runs now as far as this thread knows. */
  #begin(): void {
    const [task] = this.#sent;
    if (task === undefined) return;
    const { limitMs } = task.entry;
    if (task.verdict !== null) this.#halt();
    else if (limitMs !== null) this.#timer = setTimeout(() => this.#onLate(task), limitMs);
  }

  #onLate(task: SentTask): void {
    task.verdict = { state: 'timed_out' };
    this.#halt();
  }

  #halt(): void {
    clearTimeout(this.#timer);
    Atomics.store(this.#stop, 0, this.#sent[0]?.number ?? 0);
    this.#timer = setTimeout(() => {
      this.#isEnding = true;
      void this.#worker.terminate();
    }, this.#options.graceMs);
  }

  #take(reply: Reply): void {
    if (reply.state === 'ready') this.#isReady = true;
    else if (reply.number === this.#sent[0]?.number) {
      clearTimeout(this.#timer);
      settle(this.#sent.shift() as SentTask, outcomeOf(reply));
      this.#begin();
    }
    this.#events.free();
  }

  #afterExit(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    const unbegun = this.#settleAfterExit();
    if (!this.#isReady) {
      this.#events.broken(this);
      return;
    }
    this.#worker = this.#start();
    this.#events.replaced(unbegun);
  }

  /** The running task failed with the thread, and so did blocks, whose memory is lost; other tasks are returned to the pool. */
  #settleAfterExit(): Entry[] {
    const unbegun: Entry[] = [];
    for (const [index, task] of this.#sent.splice(0).entries()) {
      const isToBlame = index === 0 && !this.#isEnding;
      if (isToBlame || task.verdict !== null || task.entry.task.kind === 'block')
        settle(task, { state: 'failed' });
      else unbegun.push(task.entry);
    }
    return unbegun;
  }
}

function settle({ entry, verdict }: SentTask, outcome: Outcome<unknown>): void {
  entry.settle(verdict ?? outcome);
}

function outcomeOf(reply: Exclude<Reply, { state: 'ready' }>): Outcome<unknown> {
  if (reply.state === 'done') return { state: 'done', result: reply.result, ms: reply.ms };
  return { state: reply.state === 'stopped' ? 'cancelled' : 'failed' };
}
