import { describe, expect, it } from 'vitest';
import { instanceId, isDeliveryId, isSha } from './ids.ts';

describe('ids', () => {
  it('of instances are written as SWE-bench writes them', () => {
    expect(instanceId('octo-org/counter.js', 12)).toBe('octo-org__counter.js-12');
  });

  it('of commits are 40 small hexadecimal digits', () => {
    expect(isSha('0123456789abcdef0123456789abcdef01234567')).toBe(true);
    for (const text of ['', 'main', 'A'.repeat(40), 'a'.repeat(39), 'a'.repeat(64), `${'a'.repeat(40)}\n`])
      expect(isSha(text), JSON.stringify(text)).toBe(false);
  });

  it('of deliveries are UUIDs', () => {
    expect(isDeliveryId('72d3162e-cc78-11e3-81ab-4c9367dc0958')).toBe(true);
    for (const text of ['', '72d3162e', '72d3162e-cc78-11e3-81ab-4c9367dc0958 ', 'g'.repeat(36)])
      expect(isDeliveryId(text), text).toBe(false);
  });
});
