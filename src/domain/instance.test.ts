import { describe, expect, it } from 'vitest';
import { instanceMoves, instanceStatuses, mayMove } from './instance.ts';

describe('the states of an instance', () => {
  it('all have their moves, and each leads to a known state', () => {
    expect(Object.keys(instanceMoves).sort()).toEqual([...instanceStatuses].sort());
    for (const moves of Object.values(instanceMoves)) {
      for (const to of moves) expect(instanceStatuses).toContain(to);
    }
  });

  it('let a verdict be revised, and a purged instance come back only through its discovery', () => {
    expect(mayMove('rejected', 'ready')).toBe(true);
    expect(mayMove('ready', 'rejected')).toBe(true);
    expect(mayMove('retired', 'ready')).toBe(false);
    expect(mayMove('retired', 'discovered')).toBe(true);
  });

  it('can all be purged', () => {
    for (const from of instanceStatuses.filter((status) => status !== 'retired')) {
      expect(mayMove(from, 'retired')).toBe(true);
    }
  });
});
