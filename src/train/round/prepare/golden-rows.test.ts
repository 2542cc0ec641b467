import { expect, test } from 'vitest';
import { goldenRows } from './golden-rows.ts';

interface GoldenRow {
  readonly formula: string;
  readonly output: string;
  readonly reward: number;
}

test('each formula has rows with the highest reward, the lowest and others between them', () => {
  const rows = goldenRows(['paper/1', 'mendloop/1'])
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as GoldenRow);
  for (const formula of ['paper/1', 'mendloop/1']) {
    const rewards = rows.filter((row) => row.formula === formula).map(({ reward }) => reward);
    expect(Math.max(...rewards)).toBe(1);
    expect(Math.min(...rewards)).toBe(-1);
    expect(new Set(rewards).size).toBeGreaterThanOrEqual(4);
  }
});
