import { describe, expect, it } from 'vitest';
import { itemsOf, nextPage } from './pages.ts';

describe('a page of a list', () => {
  it('is a list, or the one list of an object that counts it', () => {
    expect(itemsOf([1, 2])).toEqual([1, 2]);
    expect(itemsOf({ total_count: 2, repositories: [1, 2] })).toEqual([1, 2]);
  });

  it.each(['', '[{"id": 1', null, undefined, { message: 'x' }])(
    'is no list where the answer is %j',
    (data) => {
      expect(Array.isArray(itemsOf(data))).toBe(false);
    },
  );

  it('is followed by the one that the Link header names', () => {
    const link =
      '<https://api.example.com/x?page=1>; rel="prev", <https://api.example.com/x?page=3>; rel="next"';
    expect(nextPage(link)).toBe('https://api.example.com/x?page=3');
    expect(nextPage('<https://api.example.com/x?page=1>; rel="first"')).toBeNull();
    expect(nextPage(undefined)).toBeNull();
  });
});
