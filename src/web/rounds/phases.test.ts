import { describe, expect, it } from 'vitest';
import { durationText, phasesFrom } from './phases.ts';

function at(minute: number): Date {
  return new Date(Date.UTC(2026, 2, 10, 2, minute));
}

it('writes durations in the unit that fits', () => {
  expect([0, 47_000, 150_000, 7_199_000, 11_100_000].map(durationText)).toEqual([
    '0 s',
    '47 s',
    '3 min',
    '2 h 00 min',
    '3 h 05 min',
  ]);
});

describe('phases', () => {
  it('last until the next one, or the end, of the same attempt', () => {
    const phases = phasesFrom([
      { attempt: 1, name: 'load', at: at(0) },
      { attempt: 1, name: 'train', at: at(5) },
      { attempt: 2, name: 'load', at: at(30) },
      { attempt: 2, name: null, at: at(31) },
    ]);
    expect(phases.map(({ attempt, name, to }) => [attempt, name, to])).toEqual([
      [1, 'load', at(5)],
      [1, 'train', null],
      [2, 'load', at(31)],
    ]);
  });
});
