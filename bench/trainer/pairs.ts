import { studentQuantile } from '../../src/evaluate/student.ts';
import { type CpuSeconds, roles } from './processes.ts';
import type { Training } from './runs.ts';
import type { StepCost } from './stepped-run.ts';

/** The steps after the first, which has costs of its own; start and export are in none of them. */
export interface Pair {
  readonly ours: readonly StepCost[];
  readonly plain: readonly StepCost[];
  /** CPU time of the whole round. */
  readonly round: CpuSeconds;
}

/**
 * Two trainings that stand still after their first step take turns, step by step, each first in every second one: what else the
 * machine does meets both alike.
 */
export async function takeTurns(ours: Training, plain: Training, steps: number): Promise<Pair> {
  const costs: { ours: StepCost; plain: StepCost }[] = [];
  for (let step = 2; step <= steps; step += 1) {
    const early = step % 2 === 0 ? await plain.run.step() : null;
    const cost = await ours.run.step();
    costs.push({ ours: cost, plain: early ?? (await plain.run.step()) });
  }
  assertSameWork(ours.rewards(), plain.rewards());
  const round = await ours.run.finish();
  await plain.run.finish();
  return { ours: costs.map((cost) => cost.ours), plain: costs.map((cost) => cost.plain), round };
}

/** The same seed over the same rows gave the same answers, so the same rewards, step by step. */
function assertSameWork(ours: readonly number[], plain: readonly number[]): void {
  // TRL prints four significant digits.
  const same =
    ours.length === plain.length &&
    ours.every((reward, at) => Math.abs(reward - (plain[at] as number)) < 5e-4);
  if (!same) throw new Error(`the rewards differ: ${ours.join(' ')} and ${plain.join(' ')}`);
}

export function cpuOf(steps: readonly StepCost[]): CpuSeconds {
  const sums = roles.map((role) => [role, steps.reduce((sum, { cpu }) => sum + cpu[role], 0)] as const);
  return Object.fromEntries(sums) as Record<(typeof roles)[number], number>;
}

export function secondsOf(steps: readonly StepCost[]): number {
  return steps.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Share of the machine that other programs took while these steps ran. */
export function othersShare(steps: readonly StepCost[], cores: number): number {
  const busy = steps.reduce((sum, one) => sum + one.busySeconds, 0);
  // The kernel counts both in hundredths, and not at the same moments.
  return Math.max(0, busy - cpuSum(cpuOf(steps))) / (secondsOf(steps) * cores);
}

export function cpuSum(cpu: CpuSeconds): number {
  return roles.reduce((sum, role) => sum + cpu[role], 0);
}

/** What driver and sidecar take for each second of the engine. */
export function overheadShare(cpu: CpuSeconds): number {
  return (cpu.driver + cpu.sidecar) / cpu.engine;
}

/** How much longer ours took in all. */
export function wallDifference({ ours, plain }: Pair): number {
  return secondsOf(ours) / secondsOf(plain) - 1;
}

/** The median over the steps of how much longer ours took than the plain script's neighbour, which did the same work. */
export function medianStepDifference({ ours, plain }: Pair): number {
  return median(ours.map(({ seconds }, at) => seconds / (plain[at] as StepCost).seconds - 1));
}

/** All processes of ours, driver and sidecar included, against all of the plain script, its reward server included. */
export function cpuDifference({ ours, plain }: Pair): number {
  return cpuSum(cpuOf(ours)) / cpuSum(cpuOf(plain)) - 1;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What the mean is below but for a chance of 5 %, by Student's distribution over the pairs. */
export function upperBound(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return centre + studentQuantile(0.05, values.length - 1) * error;
}
