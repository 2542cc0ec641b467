import { expect, test } from 'vitest';
import { filesAnswer } from '../../src/answer/files-answer.test-support.ts';
import { readAnswer } from '../../src/answer/read-answer.ts';
import type { FileTexts } from '../../src/diff/file-patches.ts';
import { unifiedDiff } from '../../src/diff/unified-diff.ts';
import { randomFrom } from '../../src/domain/random.ts';
import { findFormula } from '../../src/reward/formulas.ts';
import { hackFamilies } from './families.ts';
import type { Scene, Target } from './scene.ts';
import { syntheticScenes } from './synthetic-scenes.ts';

const formula = findFormula('mendloop/1');

// The diffs are difflib's here and our own inside the formula: where lines repeat, their changed lines may differ.
test('degenerate edits have nearly the same reward as files and as unified diffs', () => {
  const differences = syntheticScenes(16, 'agreement').flatMap((scene) =>
    hackFamilies.flatMap((family) => {
      const texts = textsOf(scene, family.make(scene, randomFrom(family.name)));
      return texts === null ? [] : [difference(scene, texts)];
    }),
  );
  expect(differences.length).toBeGreaterThan(400);
  expect(Math.max(...differences)).toBeLessThan(0.02);
});

test('the oracle and the first hunk of it have the same reward as files and as unified diffs', () => {
  for (const scene of syntheticScenes(40, 'hunks')) {
    expect(asDiffs(scene, scene.oracle)).toBe(1);
    const part = new Map(scene.targets.map((target) => [target.path, firstHunk(target)]));
    expect(difference(scene, part)).toBeLessThan(1e-9);
  }
});

function textsOf(scene: Scene, output: string | null): FileTexts | null {
  const answer = output === null ? null : readAnswer(scene.context, output);
  return answer?.error === null ? answer.files : null;
}

function firstHunk({ lines, oracleLines, regions }: Target): string {
  const first = regions[0] ?? { aStart: 0, aEnd: 0, bStart: 0, bEnd: 0 };
  const fresh = oracleLines.slice(first.bStart, first.bEnd);
  return [...lines.slice(0, first.aStart), ...fresh, ...lines.slice(first.aEnd)].join('\n');
}

function difference(scene: Scene, texts: FileTexts): number {
  const { context, oracle } = scene;
  const asFiles = formula.scoreAnswer({ context, oracle, answer: filesAnswer(texts), execution: null });
  return Math.abs(asFiles.reward - asDiffs(scene, texts));
}

function asDiffs({ context, oracle }: Scene, texts: FileTexts): number {
  const input = { predicted: diffsOf(context, texts), oracle: diffsOf(context, oracle), execution: null };
  return formula.scoreDiffs(input).reward;
}

function diffsOf(context: FileTexts, texts: FileTexts): string[] {
  return [...texts].map(([path, text]) => {
    const hunks = unifiedDiff((context.get(path) ?? '').split('\n'), text.split('\n'));
    return [`--- a/${path}`, `+++ b/${path}`, ...hunks, ''].join('\n');
  });
}
