import { expect, it } from 'vitest';
import { slotOf } from './ticker.ts';

it('workers whose schedules fire in one minute share a slot', () => {
  expect(slotOf(new Date('2024-05-01T08:05:00.001Z'))).toBe('2024-05-01T08:05');
  expect(slotOf(new Date('2024-05-01T08:05:59.999Z'))).toBe('2024-05-01T08:05');
  expect(slotOf(new Date('2024-05-01T08:06:00.000Z'))).toBe('2024-05-01T08:06');
});
