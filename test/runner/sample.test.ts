import { expect, test } from 'vitest';
import { drawFiles, integrationFiles, listFiles } from '../../scripts/tests/sample.ts';

const files = ['short', 'ten', 'twenty', 'thirty', 'unknown'];
const seconds = new Map(Object.entries({ short: 1, ten: 10, twenty: 20, thirty: 30 }));
const draw = (seed: string, budget: number) =>
  drawFiles(files, (file) => seconds.get(file), { seed, seconds: budget });

test('a sample keeps to the budget, holds every short file, and is the same for the same seed', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const drawn = draw(String(seed), 40);
    expect(drawn).toContain('short');
    expect(drawn.reduce((sum, file) => sum + (seconds.get(file) ?? 20), 0)).toBeLessThanOrEqual(40);
    expect(draw(String(seed), 40)).toEqual(drawn);
  }
});

test('each file is in the sample of some seed, and all are where the budget allows', () => {
  const drawn = new Set(Array.from({ length: 50 }, (_, seed) => draw(String(seed), 40)).flat());
  expect([...drawn].toSorted()).toEqual(files.toSorted());
  expect(draw('any', 81)).toEqual(files.toSorted());
});

test('the files of the integration tier are those of its project', () => {
  const listed = listFiles('.', integrationFiles);
  expect(listed).toContain('test/runner/sample.test.ts');
  expect(listed.filter((file) => /demo\/training|test\/browser|real-data|ending\.test/.test(file))).toEqual(
    [],
  );
});
