import { expect, it } from 'vitest';
import { createStreamSlots } from './stream-slots.ts';

it('bounds streams altogether and by person, and takes a slot back once', () => {
  const slots = createStreamSlots({ all: 3, each: 2 });
  const release = slots.take('a');
  expect(slots.take('a')).not.toBeNull();
  expect(slots.take('a')).toBeNull();
  expect(slots.take('b')).not.toBeNull();
  expect(slots.take('c')).toBeNull();
  release?.();
  release?.();
  expect(slots.take('c')).not.toBeNull();
  expect(slots.take('d')).toBeNull();
});
