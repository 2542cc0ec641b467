import { expect, it } from 'vitest';
import { funnelView, halfHeights } from './funnel.ts';

const funnel = { deliveries: 1200, pulls: 40, merged: 30, with_issue: 20, instances: 10 };

it('is to scale from the pull requests on', () => {
  const [, pulls = 0, merged = 0, , instances = 0] = halfHeights(funnel);
  expect(merged / pulls).toBeCloseTo(0.75);
  expect(instances / pulls).toBeCloseTo(0.25);
});

it('is a thin line where there is nothing, and never without height', () => {
  const none = { deliveries: 0, pulls: 0, merged: 0, with_issue: 0, instances: 0 };
  expect(new Set(halfHeights(none))).toEqual(new Set([1.5]));
});

it('says what was lost on the way, and draws in finite numbers', async () => {
  const markup = String(await funnelView(funnel));
  expect(markup).toContain('10 not merged');
  expect(markup).toContain('10 without');
  expect(markup).toContain('10 refused');
  expect(markup).not.toMatch(/NaN|Infinity|undefined/);
});
