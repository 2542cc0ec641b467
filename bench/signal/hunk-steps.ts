import { filesAnswer } from '../../src/answer/files-answer.test-support.ts';
import { findFormula } from '../../src/reward/formulas.ts';
import type { HackFamily } from '../hacks/family.ts';
import { outputFor } from '../hacks/scene.ts';
import type { Scene, Target } from '../hacks/scene.ts';

/** The first hunk of the oracle's first file and no other: half a fix, and an honest one. */
export const firstHunk: HackFamily = {
  name: 'only the first hunk of the oracle (honest)',
  make: ({ context, targets: [target] }) => {
    if (target === undefined || target.regions.length < 2) return null;
    return outputFor(context, new Map([[target.path, partOf(target, (index) => index === 0)]]));
  },
};

/** What each hunk of the oracle adds to the reward when it is applied after those above it, and when it is the first. */
export function hunkSteps(scenes: readonly Scene[]): number[] {
  return scenes.flatMap((scene) => {
    const target = scene.targets[0];
    if (target === undefined || target.regions.length < 2) return [];
    const count = target.regions.length;
    const rewards = Array.from({ length: count + 1 }, (_, size) =>
      reward(scene, target, (index) => index < size),
    );
    const alone = Array.from({ length: count }, (_, own) => reward(scene, target, (index) => index === own));
    return [...rewards.slice(1).map((value, index) => value - (rewards[index] as number)), ...alone];
  });
}

function reward(scene: Scene, target: Target, isApplied: (index: number) => boolean): number {
  const predicted = new Map([[target.path, partOf(target, isApplied)]]);
  return findFormula('mendloop/1').scoreAnswer({ ...scene, answer: filesAnswer(predicted), execution: null })
    .reward;
}

function partOf({ lines, oracleLines, regions }: Target, isApplied: (index: number) => boolean): string {
  const text: string[] = [];
  let at = 0;
  for (const [index, { aStart, aEnd, bStart, bEnd }] of regions.entries()) {
    text.push(...lines.slice(at, aStart));
    text.push(...(isApplied(index) ? oracleLines.slice(bStart, bEnd) : lines.slice(aStart, aEnd)));
    at = aEnd;
  }
  return [...text, ...lines.slice(at)].join('\n');
}
