import { expect, test } from 'vitest';
import {
  cpuDifference,
  medianStepDifference,
  othersShare,
  overheadShare,
  upperBound,
  wallDifference,
} from '../../bench/trainer/pairs.ts';
import { CpuMeter } from '../../bench/trainer/processes.ts';
import type { StepCost } from '../../bench/trainer/stepped-run.ts';

function step(seconds: number, engine = seconds, driver = 0): StepCost {
  return { seconds, cpu: { engine, sidecar: 0, driver }, busySeconds: engine + driver };
}

test('one slow step moves the whole, and not the median step', () => {
  const pair = {
    ours: [step(1.02), step(1.02), step(4)],
    plain: [step(1), step(1), step(1)],
    round: { engine: 1, sidecar: 0, driver: 0 },
  };
  expect(medianStepDifference(pair)).toBeCloseTo(0.02);
  expect(wallDifference(pair)).toBeCloseTo(6.04 / 3 - 1);
});

test('the driver counts against us, and what others used is told', () => {
  const ours = [step(1, 0.9, 0.1)];
  const pair = { ours, plain: [step(1, 0.8)], round: { engine: 1, sidecar: 0, driver: 0 } };
  expect(cpuDifference(pair)).toBeCloseTo(0.25);
  expect(overheadShare({ engine: 2, sidecar: 0.01, driver: 0.03 })).toBeCloseTo(0.02);
  expect(othersShare([{ ...step(1), busySeconds: 1.5 }], 2)).toBeCloseTo(0.25);
});

test('the upper bound is that of Student for so many pairs', () => {
  // t = 2.132 for 4 degrees; the standard error of these is 0.01.
  const spread = 0.01 * Math.sqrt(5);
  expect(upperBound([spread, -spread, spread, -spread, 0])).toBeCloseTo(2.132 * 0.01, 4);
});

test('CPU time of a program and of what it starts is seen', () => {
  const before = process.cpuUsage();
  const meter = new CpuMeter([process.pid]);
  const first = meter.look();
  const until = performance.now() + 300;
  while (performance.now() < until) JSON.parse('[1]');
  const spent = process.cpuUsage(before);
  const seen = meter.look().driver - first.driver;
  expect(seen).toBeGreaterThan(0);
  expect(seen).toBeLessThanOrEqual((spent.user + spent.system) / 1e6 + 0.05);
});
