import { describe, expect, test } from 'vitest';
import { formatAnswer } from '../../answer/answer-form.ts';
import { filesAnswer } from '../../answer/files-answer.test-support.ts';
import { readAnswer } from '../../answer/read-answer.ts';
import type { FileTexts } from '../../diff/file-patches.ts';
import { paper, paperDiscrete } from './paper.ts';

const context = new Map([['f', 'x\n']]);
const diet = new Map([['f', 'diet\n']]);
const tide = new Map([['f', 'tide\n']]);

describe('the prediction is the first argument of the similarity', () => {
  test('for an output', () => {
    const output = formatAnswer('t', [{ path: 'f', search: 'x', replace: 'tide' }]);
    const answer = readAnswer(context, output);
    expect(paper.scoreAnswer({ context, oracle: diet, answer, execution: null }).reward).toBe(0.85);
  });

  test('for new contents', () => {
    const score = (oracle: FileTexts, predicted: FileTexts) =>
      paper.scoreAnswer({ context, oracle, answer: filesAnswer(predicted), execution: null });
    expect(score(diet, tide).reward).toBe(0.85);
    expect(score(tide, diet).reward).toBe(0.9);
  });

  test('for diffs', () => {
    const diff = (word: string): string => `--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+${word}\n`;
    const score = paper.scoreDiffs({ oracle: [diff('diet')], predicted: [diff('tide')], execution: null });
    expect(score).toMatchObject({ reward: 21 / 24, parts: { format: null } });
  });
});

describe('new contents', () => {
  test('no change on either side agrees, and a file without a change is not compared', () => {
    expect(files({}, {})).toMatchObject({ reward: 1, per_file: [], parts: { format: 1, change: 1 } });
    expect(files({ f: 'x' }, { f: 'x\n' })).toMatchObject({ reward: 1, per_file: [] });
  });

  test('a change on one side only earns nothing', () => {
    expect(files({}, { f: 'y\n' })).toMatchObject({ reward: 0, per_file: [['f', 0]] });
    expect(files({ f: 'y\n' }, {})).toMatchObject({ reward: 0, per_file: [['f', 0]] });
  });

  test('a file that the context lacks starts empty', () => {
    expect(files({ new: 'a\n' }, { new: 'a\n' })).toMatchObject({ reward: 1, per_file: [['new', 1]] });
  });

  test('the reward is the mean over all files of both sides, listed by code point', () => {
    const both = { f: 'y\n', '\u{1F600}': 'a\n', '\uFFFD': 'b\n' };
    expect(files({ f: 'y\n' }, both).per_file?.map(([path]) => path)).toEqual(['f', '\uFFFD', '\u{1F600}']);
    expect(files({ f: 'y\n' }, both).reward).toBeCloseTo(1 / 3, 15);
  });
});

describe('the discrete reward', () => {
  test('is 1 only where all patches match exactly', () => {
    const oracle = new Map([...diet, ['g', 'new\n']]);
    const score = (predicted: ReadonlyMap<string, string>) =>
      paperDiscrete.scoreAnswer({ context, oracle, answer: filesAnswer(predicted), execution: null });
    expect(score(oracle).reward).toBe(1);
    expect(score(diet)).toMatchObject({
      reward: 0,
      per_file: [
        ['f', 1],
        ['g', 0],
      ],
    });
  });

  test('is -1 for a wrong form', () => {
    const answer = readAnswer(context, 'prose');
    const score = paperDiscrete.scoreAnswer({ context, oracle: diet, answer, execution: null });
    expect(score).toMatchObject({
      reward: -1,
      error: 'tag_count',
      per_file: null,
      parts: { format: 0, change: null },
    });
  });
});

function files(predicted: Record<string, string>, oracle: Record<string, string>) {
  return paper.scoreAnswer({
    context,
    oracle: new Map(Object.entries(oracle)),
    answer: filesAnswer(new Map(Object.entries(predicted))),
    execution: null,
  });
}
