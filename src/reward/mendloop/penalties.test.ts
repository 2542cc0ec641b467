import { expect, test } from 'vitest';
import type { Changes } from '../change/changes.ts';
import { penaltyRate } from './penalties.ts';

const oracle = changes({ 'src/a.py': 3 });

test.each([
  ['the oracle’s files alone', { 'src/a.py': 3 }, 0],
  ['another source file', { 'src/a.py': 3, 'src/b.py': 2 }, 0],
  ['a test', { 'src/a.py': 3, 'tests/test_a.py': 2 }, 0.05],
  ['a test beside its source', { 'src/a.py': 3, 'src/a.spec.ts': 2 }, 0.05],
  ['a workflow', { 'src/a.py': 3, '.github/workflows/ci.yml': 2 }, 0.5],
  ['a lock file', { 'src/a.py': 3, 'web/package-lock.json': 2 }, 0.5],
  ['ten times as many lines', { 'src/a.py': 30 }, 0],
  ['forty-eight lines', { 'src/a.py': 48 }, 0.1],
  ['a hundred times as many lines', { 'src/a.py': 300 }, 0.2],
  ['everything at once', { 'tests/a.py': 300, 'yarn.lock': 1 }, 0.75],
])('%s', (_name, predicted, rate) => {
  expect(penaltyRate(changes(predicted), oracle)).toBeCloseTo(rate, 12);
});

test('what the oracle itself touches is not forbidden', () => {
  const own = changes({ '.github/workflows/ci.yml': 2, 'tests/test_a.py': 1 });
  expect(penaltyRate(own, own)).toBe(0);
});

function changes(addedLines: Readonly<Record<string, number>>): Changes {
  return new Map(
    Object.entries(addedLines).map(([path, count]) => {
      const added = Array.from({ length: count }, (_, index) => `line ${index}`);
      return [path, [{ oldStart: 1, removed: [], added, hunk: [] }]];
    }),
  );
}
