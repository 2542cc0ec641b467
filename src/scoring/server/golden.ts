import { MendloopError } from '../../domain/errors.ts';
import type { ScoringPool } from '../pool/scoring-pool.ts';
import { objectOf, readLines } from './input-file.ts';

/** Number of golden rows, and the lines whose reward differs. */
export interface GoldenResult {
  readonly rows: number;
  readonly differing: readonly number[];
}

/**
 * Scores the rows of a golden file (docs/contracts/reward.md#golden-rows) on the pool. Each is a scoring row with the `reward` that it
 * must have, to the last bit.
 */
export async function checkGolden(file: string, pool: ScoringPool): Promise<GoldenResult> {
  const differing: number[] = [];
  let rows = 0;
  for await (const line of readLines(file, 'golden')) {
    const { number } = line;
    const { reward } = objectOf(line, 'golden') as { reward?: unknown };
    if (typeof reward !== 'number')
      throw new MendloopError('input_invalid', `--golden, line ${number}: reward: not a number`);
    rows += 1;
    if ((await rewardOf(line.bytes, pool)) !== reward) differing.push(number);
  }
  return { rows, differing };
}

async function rewardOf(block: Uint8Array<ArrayBuffer>, pool: ScoringPool): Promise<number | null> {
  const [outcome] = await Promise.all(pool.run([{ kind: 'block', block }], { limitMs: null }));
  if (outcome?.state !== 'done') return null;
  return (JSON.parse(outcome.result.rows[0] ?? '{}') as { reward: number | null }).reward;
}
