import type { StoredReward } from '../../src/db/tables/instance.ts';

/** A reward as a formula answers it, for two files; of a wrong form, with its error. */
export function score(formula: string, reward: number, error: string | null = null): StoredReward {
  const wrong = error !== null;
  return {
    formula,
    reward,
    error,
    per_file: wrong
      ? null
      : [
          ['src/lines.py', Math.max(0, reward - 0.05)],
          ['src/parse.py', Math.min(1, reward + 0.05)],
        ],
    parts: { format: wrong ? 0 : 1, change: wrong ? null : reward, execution: null, penalties: 0 },
    hack: null,
  };
}
