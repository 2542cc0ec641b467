import { expect, test } from 'vitest';
import { lowerQuantile, percentileInterval, type ResampledMeans, resampleTasks } from './bootstrap.ts';
import { studentQuantile } from './student.ts';

const options = { seed: 'a test', resamples: 2000 };

function resampled(values: readonly number[]): ResampledMeans {
  const [found] = resampleTasks([Float64Array.from(values)], options);
  if (!found) throw new Error('no values');
  return found;
}

test('the interval lies around the mean and is as wide as the spread of the mean says', () => {
  const values = Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 1 : 0));
  const { estimate, lower, upper, tasks } = percentileInterval(resampled(values), 0.95);
  expect([estimate, tasks]).toEqual([0.5, 100]);
  // ± 1.96 · 0.5 / √100
  expect(lower).toBeCloseTo(0.402, 1);
  expect(upper).toBeCloseTo(0.598, 1);
});

test('the same seed gives the same numbers, another seed others', () => {
  const values = Float64Array.from([0.1, 0.5, -0.3, 0.9]);
  const again = resampleTasks([values], options);
  expect(resampleTasks([values], options)).toEqual(again);
  expect(resampleTasks([values], { ...options, seed: 'another' })).not.toEqual(again);
});

test('tasks are drawn together, and a missing value is left out of its column only', () => {
  const whole = Float64Array.from([1, 2, 3, 4]);
  const missing = Float64Array.from([1, 2, Number.NaN, 4]);
  const none = Float64Array.from({ length: 4 }, () => Number.NaN);
  const [one, same, fewer, nothing] = resampleTasks([whole, whole, missing, none], options);
  expect(one).toEqual(same);
  expect(fewer).toMatchObject({ tasks: 3, estimate: 7 / 3 });
  expect(fewer?.means.every((value) => value >= 1 && value <= 4)).toBe(true);
  expect(nothing).toBeNull();
});

test('a share of less than one resample is the smallest of all', () => {
  const means = Float64Array.from([1, 2, 3, 4]);
  expect(lowerQuantile({ means, estimate: 2, tasks: 4 }, 0.1)).toBe(1);
  expect(lowerQuantile({ means, estimate: 2, tasks: 4 }, 0.5)).toBe(3);
});

// From printed tables of the distribution.
test.for([
  [0.05, 1, 6.3138],
  [0.025, 5, 2.5706],
  [0.025, 10, 2.2281],
  [0.001, 7, 4.7853],
  [0.005, 30, 2.75],
  [0.5, 9, 0],
] as const)('Student leaves %f above at %i degrees of freedom: %f', ([tail, degrees, value]) => {
  expect(studentQuantile(tail, degrees)).toBeCloseTo(value, 3);
});
