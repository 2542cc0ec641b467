import { Worker } from 'node:worker_threads';
import type { Entry, Order, Outcome, Reply, ThreadData } from '../task.ts';

export interface ThreadOptions {
  /** The module that the thread runs. */
  readonly module: URL;
  readonly formula: string;
  /** How long a thread that was told to stop may go on before it is ended and replaced. */
  readonly graceMs: number;
}

export interface ThreadEvents {
  /** It can take a task, or another one. */
  free(): void;
  /** It ended and was replaced; tasks that it had not begun come back. */
  replaced(unbegun: readonly Entry[]): void;
  /** It ended before it could take a task: another one would end too. */
  broken(thread: ScoringThread): void;
}

interface Held {
  readonly number: number;
  readonly entry: Entry;
  /** What it is answered with, once it was told to stop. */
  verdict: Outcome<unknown> | null;
}

/** One place of the pool: a thread with the task at work and those sent ahead of time, and the thread after it. */
export class ScoringThread {
  readonly #options: ThreadOptions;
  readonly #events: ThreadEvents;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker;
  #isReady = false;
  /** Somebody ends it, so that its task need not be the reason. */
  #isEnding = false;
  #isClosed = false;
  #number = 0;
  /** In the order in which the thread takes them; the first is at work. */
  #held: Held[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions, events: ThreadEvents) {
    this.#options = options;
    this.#events = events;
    this.#worker = this.#start();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Tasks that it holds, the one at work among them. */
  get load(): number {
    return this.#held.length;
  }

  /** Takes a task, to be done after those that it holds; the thread must be ready. */
  run(entry: Entry): void {
    this.#number += 1;
    this.#held.push({ number: this.#number, entry, verdict: null });
    const order: Order = { number: this.#number, task: entry.task };
    this.#worker.postMessage(order, entry.task.kind === 'block' ? [entry.task.block.buffer] : []);
    if (this.#held.length === 1) this.#begin();
  }

  /** Drops these tasks: each is answered when the thread has got past it, and after the grace at the latest. */
  cancel(entries: ReadonlySet<Entry>): void {
    for (const held of this.#held) if (entries.has(held.entry)) held.verdict ??= { state: 'cancelled' };
    if (this.#held[0]?.verdict?.state === 'cancelled') this.#halt();
  }

  /** Ends the thread; its tasks are cancelled. */
  async end(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const held of this.#held.splice(0)) settle(held, { state: 'cancelled' });
    await this.#worker.terminate();
  }

  #start(): Worker {
    const workerData: ThreadData = { formula: this.#options.formula, stop: this.#stop };
    const worker = new Worker(this.#options.module, { workerData });
    worker.on('message', (reply: Reply) => this.#take(reply));
    // Its exit follows, and says all that is needed: the error itself could quote a text.
    worker.on('error', () => undefined);
    worker.once('exit', () => this.#afterExit());
    this.#isReady = false;
    this.#isEnding = false;
    return worker;
  }

  /** The first task is at work now, as far as can be seen from here. */
  #begin(): void {
    const [held] = this.#held;
    if (held === undefined) return;
    const { limitMs } = held.entry;
    if (held.verdict !== null) this.#halt();
    else if (limitMs !== null) this.#timer = setTimeout(() => this.#onLate(held), limitMs);
  }

  #onLate(held: Held): void {
    held.verdict = { state: 'timed_out' };
    this.#halt();
  }

  #halt(): void {
    clearTimeout(this.#timer);
    Atomics.store(this.#stop, 0, this.#held[0]?.number ?? 0);
    this.#timer = setTimeout(() => {
      this.#isEnding = true;
      void this.#worker.terminate();
    }, this.#options.graceMs);
  }

  #take(reply: Reply): void {
    if (reply.state === 'ready') this.#isReady = true;
    else if (reply.number === this.#held[0]?.number) {
      clearTimeout(this.#timer);
      settle(this.#held.shift() as Held, outcomeOf(reply));
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

  /** The task at work went down with the thread. A block's memory went with it, too; the others are given back. */
  #settleAfterExit(): Entry[] {
    const unbegun: Entry[] = [];
    for (const [index, held] of this.#held.splice(0).entries()) {
      const isToBlame = index === 0 && !this.#isEnding;
      if (isToBlame || held.verdict !== null || held.entry.task.kind === 'block')
        settle(held, { state: 'failed' });
      else unbegun.push(held.entry);
    }
    return unbegun;
  }
}

function settle({ entry, verdict }: Held, outcome: Outcome<unknown>): void {
  entry.settle(verdict ?? outcome);
}

function outcomeOf(reply: Exclude<Reply, { state: 'ready' }>): Outcome<unknown> {
  if (reply.state === 'done') return { state: 'done', result: reply.result, ms: reply.ms };
  return { state: reply.state === 'stopped' ? 'cancelled' : 'failed' };
}
