import { describe, expect, it } from 'vitest';
import { condensed, type PlotPoint, rangeOf } from './points.ts';

function points(...values: (number | null)[]): PlotPoint[] {
  return values.map((value, at) => ({ step: at + 1, value }));
}

describe('points condensed', () => {
  it('stay as they are where there is room', () => {
    expect(condensed(points(1, null, 3), 3)).toEqual(points(1, null, 3));
  });

  it('become means of neighbours, and a gap only where all of them are', () => {
    expect(condensed(points(1, 3, null, null, 5, null, 7), 4)).toEqual([
      { step: 2, value: 2 },
      { step: 4, value: null },
      { step: 6, value: 5 },
      { step: 7, value: 7 },
    ]);
  });

  it('are never more than asked for', () => {
    for (const count of [119, 120, 121, 1000, 5001]) {
      const many = points(...Array.from({ length: count }, (_, at) => at));
      expect(condensed(many, 120).length).toBeLessThanOrEqual(120);
      expect(condensed(many, 120).at(-1)?.step).toBe(count);
    }
  });
});

describe('the range of a plot', () => {
  it('is that of its values, and of its floor', () => {
    expect(rangeOf(points(2, null, -1), null)).toEqual({ low: -1, high: 2 });
    expect(rangeOf(points(2, 4), 0)).toEqual({ low: 0, high: 4 });
  });

  it('has room around a flat line', () => {
    expect(rangeOf(points(0, 0), 0)).toEqual({ low: 0, high: 1 });
    expect(rangeOf(points(-2, -2), null)).toEqual({ low: -2.2, high: -1.8 });
  });

  it('is none without a value', () => {
    expect(rangeOf(points(null), 0)).toBeNull();
  });
});
