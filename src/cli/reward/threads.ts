import { Worker } from 'node:worker_threads';
import type { ScoredBlock } from './score-block.ts';

export interface Threads extends AsyncDisposable {
  /** Takes the block's memory over. Blocks are answered in any order, those of one thread in turn. */
  score(block: Uint8Array<ArrayBuffer>): Promise<ScoredBlock>;
}

interface Waiting {
  readonly resolve: (scored: ScoredBlock) => void;
  readonly reject: (error: Error) => void;
}

class Thread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];

  constructor(formula: string) {
    const entry = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';
    this.#worker = new Worker(new URL(entry, import.meta.url), { workerData: { formula } });
    this.#worker.on('message', (scored: ScoredBlock) => this.#waiting.shift()?.resolve(scored));
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error as Error);
    });
  }

  get load(): number {
    return this.#waiting.length;
  }

  score(block: Uint8Array<ArrayBuffer>): Promise<ScoredBlock> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(block, [block.buffer]);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

export function startThreads(count: number, formula: string): Threads {
  const threads = Array.from({ length: count }, () => new Thread(formula));
  return {
    score(block) {
      const idlest = threads.reduce((best, thread) => (thread.load < best.load ? thread : best));
      return idlest.score(block);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}
