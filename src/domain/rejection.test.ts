import { expect, it } from 'vitest';
import { rejectionReasons, rejectionText } from './rejection.ts';

it('every reason of a rejection is explained in a sentence', () => {
  expect(Object.keys(rejectionText).sort()).toEqual([...rejectionReasons].sort());
  for (const text of Object.values(rejectionText)) expect(text).toMatch(/^[A-Z].*\.$/);
});
