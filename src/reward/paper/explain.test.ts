import { expect, test } from 'vitest';
import { formatAnswer } from '../../answer/answer-form.ts';
import { type Answer, readAnswer } from '../../answer/read-answer.ts';
import { diffFiles, diffPatches, type FilePatches, type FileTexts } from '../../diff/file-patches.ts';
import { randomFrom } from '../../domain/random.ts';
import { explainPatches } from './explain.ts';
import type { FileExplanation, Stretch } from './explain.ts';
import { paper } from './paper.ts';

const context = new Map([['f', 'x\n']]);

test('matched and unmatched parts of both patches', () => {
  const oracle = new Map([['f', 'diet\n']]);
  const output = formatAnswer('t', [{ path: 'f', search: 'x', replace: 'tide' }]);
  expect(explainAnswer(context, oracle, readAnswer(context, output))).toEqual([
    {
      path: 'f',
      similarity: 0.85,
      predicted: stretches('[@@ -1 +1 @@\n-x\n+t]ide'),
      oracle: stretches('[@@ -1 +1 @@\n-x\n+]die[t]'),
    },
  ]);
});

test('a file that one side leaves alone has nothing on that side', () => {
  const diff = (path: string): string => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-x\n+y\n`;
  const files = explainPatches(diffPatches([diff('b')]), diffPatches([diff('a')]));
  expect(files.map(({ path, similarity }) => [path, similarity])).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
  expect(files[0]?.predicted).toEqual([]);
  expect(files[1]).toMatchObject({ predicted: [{ isMatched: false }], oracle: [] });
});

test('parts are cut between code points, never inside one', () => {
  const diff = (text: string): string => `--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+${text}\n`;
  const sides = ['\u{1F600}\ud83dz', '\u{1F601}\ud83dz'].map((text) => diffPatches([diff(text)]));
  const [file] = explainPatches(...(sides as [FilePatches, FilePatches]));
  expect(file?.predicted.map(({ text }) => text)).toEqual([expect.any(String), '\u{1F600}', '\ud83dz']);
});

test('the parts join to the patches, and the similarities are those of the reward', () => {
  for (let index = 0; index < 300; index += 1) {
    const random = randomFrom(`explain ${index}`);
    const file = (): string =>
      Array.from({ length: random(12) }, () => ['a', 'b', '', 'é\u{1F600}', 'ab'][random(5)]).join('\n');
    const fragment = new Map([['f', file()]]);
    const oracle = new Map([
      ['f', file()],
      ['g', file()],
    ]);
    const edit = { path: ['f', 'g'][random(2)] as string, search: '', replace: file() };
    const answer = readAnswer(fragment, formatAnswer('t', [edit]));
    const explanation = explainAnswer(fragment, oracle, answer);
    const score = paper.scoreAnswer({ context: fragment, oracle, answer, execution: null });
    expect(score.error).toBe(answer.error);
    expect(explanation.map(({ path, similarity }) => [path, similarity])).toEqual(score.per_file ?? []);
    for (const { predicted, oracle } of explanation) {
      expect(matchedText(predicted)).toBe(matchedText(oracle));
    }
  }
});

function explainAnswer(before: FileTexts, oracle: FileTexts, answer: Answer): FileExplanation[] {
  if (answer.error !== null) return [];
  return explainPatches(diffFiles(before, answer.files), diffFiles(before, oracle));
}

function matchedText(parts: readonly Stretch[]): string {
  return parts
    .filter(({ isMatched }) => isMatched)
    .map(({ text }) => text)
    .join('');
}

/** Matched parts stand in brackets. */
function stretches(text: string): Stretch[] {
  return text
    .split(/[[\]]/)
    .map((part, index) => ({ text: part, isMatched: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}
