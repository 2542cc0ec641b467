import { expect, it } from 'vitest';
import { pullStatus } from './observe.ts';

it('a merged pull request is merged, though GitHub calls its state closed', () => {
  expect(pullStatus({ merged: true, state: 'closed' })).toBe('merged');
  expect(pullStatus({ merged: false, state: 'closed' })).toBe('closed');
  expect(pullStatus({ merged: false, state: 'open' })).toBe('open');
});
