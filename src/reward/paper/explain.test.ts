import { expect, test } from 'vitest';
import { formatOutput } from '../../answer/answer-form.ts';
import { randomFrom } from '../../domain/random.ts';
import { explainDiffs, explainOutput } from './explain.ts';
import type { Explanation, Stretch } from './explain.ts';
import { paper } from './paper.ts';

const context = new Map([['f', 'x\n']]);

test('a wrong form is named and has no files', () => {
  const oracle = new Map([['f', 'y\n']]);
  expect(explainOutput({ context, oracle, output: 'prose', execution: null })).toEqual({
    error: 'tag_count',
    files: [],
  });
  const output = formatOutput('t', [{ path: 'f', search: 'q', replace: 'r' }]);
  expect(explainOutput({ context, oracle, output, execution: null }).error).toBe('search_not_found');
});

test('matched and unmatched parts of both patches', () => {
  const oracle = new Map([['f', 'diet\n']]);
  const output = formatOutput('t', [{ path: 'f', search: 'x', replace: 'tide' }]);
  expect(explainOutput({ context, oracle, output, execution: null })).toEqual({
    error: null,
    files: [
      {
        path: 'f',
        similarity: 0.85,
        predicted: stretches('[@@ -1 +1 @@\n-x\n+t]ide'),
        oracle: stretches('[@@ -1 +1 @@\n-x\n+]die[t]'),
      },
    ],
  });
});

test('a file that one side leaves alone has nothing on that side', () => {
  const diff = (path: string): string => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-x\n+y\n`;
  const { files } = explainDiffs({ predicted: [diff('b')], oracle: [diff('a')], execution: null });
  expect(files.map(({ path, similarity }) => [path, similarity])).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
  expect(files[0]?.predicted).toEqual([]);
  expect(files[1]).toMatchObject({ predicted: [{ isMatched: false }], oracle: [] });
});

test('parts are cut between code points, never inside one', () => {
  const diff = (text: string): string => `--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+${text}\n`;
  const input = {
    predicted: [diff('\u{1F600}\ud83dz')],
    oracle: [diff('\u{1F601}\ud83dz')],
    execution: null,
  };
  const [file] = explainDiffs(input).files;
  expect(file?.predicted.map(({ text }) => text)).toEqual([expect.any(String), '\u{1F600}', '\ud83dz']);
});

test('the parts join to the patches, and the similarities are those of the reward', () => {
  for (let index = 0; index < 300; index += 1) {
    const random = randomFrom(`explain ${index}`);
    const file = (): string =>
      Array.from({ length: random(12) }, () => ['a', 'b', '', 'é\u{1F600}', 'ab'][random(5)]).join('\n');
    const input = {
      context: new Map([['f', file()]]),
      oracle: new Map([
        ['f', file()],
        ['g', file()],
      ]),
      output: formatOutput('t', [{ path: ['f', 'g'][random(2)] as string, search: '', replace: file() }]),
      execution: null,
    };
    const explanation = explainOutput(input);
    const score = paper.scoreOutput(input);
    expect(explanation.error).toBe(score.error);
    expect(perFile(explanation)).toEqual(score.per_file ?? []);
    for (const { predicted, oracle } of explanation.files) {
      expect(matchedText(predicted)).toBe(matchedText(oracle));
    }
  }
});

function perFile({ files }: Explanation): [string, number][] {
  return files.map(({ path, similarity }) => [path, similarity]);
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
