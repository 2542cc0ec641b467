import { expect, test } from 'vitest';
import { orderedJson } from './ordered-json.ts';

test('the keys of the row keep their order, those below are sorted', () => {
  const row = { z: [{ b: 1, a: { d: null, c: 'x' } }], a: { y: [], x: 2 } };
  expect(orderedJson(row)).toBe('{"z":[{"a":{"c":"x","d":null},"b":1}],"a":{"x":2,"y":[]}}');
});
