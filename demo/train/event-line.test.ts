import { expect, test } from 'vitest';
import { eventLine } from './event-line.ts';

const step = (metrics: object) => ({ type: 'step', body: { step: 3, total: 8, metrics } });

test('a step of GRPO tells reward, format rate, hack share and how long it took', () => {
  const metrics = { reward_mean: -0.1254, format_error_rate: 0.375, hack_share: 0, loss: 0.1, step_s: 38.4 };
  expect(eventLine(step(metrics))).toBe('step 3 of 8: reward -0.125, format 63 %, hacks 0 %, 38 s');
});

test('a step of the warm-up, which has no reward, tells its loss', () => {
  const metrics = { reward_mean: null, format_error_rate: null, hack_share: null, loss: 0.4019, step_s: 7 };
  expect(eventLine(step(metrics))).toBe('step 3 of 8: loss 0.402, 7 s');
});

test('figures that were not finite are left out', () => {
  expect(eventLine(step({ reward_mean: null, loss: null, step_s: 7 }))).toBe('step 3 of 8: 7 s');
});

test('phases, format rates and rows that were left out are told in words', () => {
  expect(eventLine({ type: 'phase', body: { name: 'load' } })).toBe('loading the model');
  expect(eventLine({ type: 'eval', body: { step: 14, metrics: { format_rate: 0.5 } } })).toBe(
    '50 % of sampled answers have the form after 14 steps',
  );
  expect(
    eventLine({ type: 'warning', body: { code: 'prompt_too_long', msg: 'too many tokens', n: 3 } }),
  ).toBe('prompt_too_long: too many tokens, 3 left out');
});

test.each(['sample', 'reward_stats', 'checkpoint', 'end'])(
  '%s says nothing to somebody who waits',
  (type) => {
    expect(eventLine({ type, body: { text: 'an answer' } })).toBeNull();
  },
);
