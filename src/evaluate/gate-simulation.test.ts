import { expect, test } from 'vitest';
import type { Random } from '../domain/random.ts';
import { falsePromotion, spentAtLook } from './sequential-bound.ts';
import {
  bell,
  patchAnswer,
  promotedShare,
  share,
  testedAnswer,
  type World,
} from './simulated-nights.test-support.ts';

const plain: World = {
  tasks: 30,
  samples: 2,
  gain: 0,
  unevenness: 0,
  sameTasks: false,
  answer: patchAnswer,
};

/** A small sure gain and a rare heavy loss, which together are no gain: the case that a test of means is blind to. */
function rarelyBad(level: number, _gain: number, random: Random, model: 'candidate' | 'incumbent') {
  const change = share(random) < 0.02 ? -1 : 0.02 / 0.98;
  const reward = 0.5 * level + 0.05 * bell(random) + (model === 'candidate' ? change : 0);
  return { reward, format_error: false };
}

function report(what: string, promoted: number): void {
  process.stdout.write(
    `${what}: promoted within 7 nights in ${(100 * promoted).toFixed(1)} % of the sequences\n`,
  );
}

test('all looks together never spend more than they may', () => {
  let spent = 0;
  for (let look = 1; look <= 100_000; look += 1) spent += spentAtLook(look);
  expect(spent).toBeLessThanOrEqual(falsePromotion);
  expect(spent).toBeGreaterThan(0.99 * falsePromotion);
});

test.for([
  { what: 'no change, new tasks each night', sequences: 2000, world: plain },
  { what: 'no change, tests', sequences: 1000, world: { ...plain, answer: testedAnswer } },
  {
    what: 'no change in sum, the same tasks, better at some and worse at others',
    sequences: 1000,
    world: { ...plain, sameTasks: true, unevenness: 0.15 },
  },
  {
    what: 'no change in sum, rare heavy losses',
    sequences: 2000,
    world: { ...plain, samples: 1, answer: rarelyBad },
  },
])('a candidate that is no better is hardly ever promoted: $what', ({ what, sequences, world }) => {
  const promoted = promotedShare(world, sequences, what);
  report(what, promoted);
  expect(promoted).toBeLessThanOrEqual(falsePromotion);
});

test('a candidate that is better is found in a week where there are enough tasks', () => {
  const world = { ...plain, tasks: 300 };
  const small = promotedShare({ ...world, gain: 0.02 }, 40, 'two points');
  const tested = promotedShare({ ...world, gain: 0.02, answer: testedAnswer }, 40, 'two points, tests');
  const large = promotedShare({ ...world, gain: 0.05 }, 10, 'five points');
  report('+2 points of reward, 300 tasks a night', small);
  report('+2 points of resolved tasks, 300 tasks a night', tested);
  report('+5 points of reward, 300 tasks a night', large);
  expect(small).toBeGreaterThan(0.15);
  expect(tested).toBeGreaterThan(0.15);
  expect(large).toBeGreaterThan(0.9);
});
