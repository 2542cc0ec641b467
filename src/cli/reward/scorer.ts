import { ScoringPool } from '../../scoring/pool/scoring-pool.ts';
import { type ScoredBlock, scoreBlock } from '../../scoring/score-block.ts';
import { threadModule } from '../../scoring/thread-module.ts';

export interface Scorer extends AsyncDisposable {
  /** Transfers the memory of the block to a thread. Blocks may finish in any order. */
  score(block: Uint8Array<ArrayBuffer>): Promise<ScoredBlock>;
}

/** Scores in this thread for one job, else on `jobs` threads. */
export function startScorer(jobs: number, formula: string): Scorer {
  return jobs === 1 ? inThisThread(formula) : onThreads(jobs, formula);
}

function inThisThread(formula: string): Scorer {
  return {
    score: async (block) => scoreBlock(block, formula),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function onThreads(threads: number, formula: string): Scorer {
  const pool = new ScoringPool({ threads, formula, module: threadModule() });
  return {
    async score(block) {
      const [outcome] = await Promise.all(pool.run([{ kind: 'block', block }], { limitMs: null }));
      if (outcome?.state === 'done') return outcome.result;
      throw new Error('a thread of the scoring pool failed');
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
