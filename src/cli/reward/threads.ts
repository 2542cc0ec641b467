import { Worker } from 'node:worker_threads';
import type { ScoredLines } from './score-lines.ts';

export interface Threads extends AsyncDisposable {
  /** Batches are answered in any order; each thread works on one at a time and keeps a queue of its own. */
  score(lines: readonly Uint8Array[]): Promise<ScoredLines>;
}

interface Waiting {
  readonly resolve: (scored: ScoredLines) => void;
  readonly reject: (error: Error) => void;
}

class Thread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];

  constructor(formula: string) {
    const entry = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';
    this.#worker = new Worker(new URL(entry, import.meta.url), { workerData: { formula } });
    this.#worker.on('message', (scored: ScoredLines) => this.#waiting.shift()?.resolve(scored));
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error as Error);
    });
  }

  get load(): number {
    return this.#waiting.length;
  }

  score(lines: readonly Uint8Array[]): Promise<ScoredLines> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(lines);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

export function startThreads(count: number, formula: string): Threads {
  const threads = Array.from({ length: count }, () => new Thread(formula));
  return {
    score(lines) {
      const idlest = threads.reduce((best, thread) => (thread.load < best.load ? thread : best));
      return idlest.score(lines);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}
