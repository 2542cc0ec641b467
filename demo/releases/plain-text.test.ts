import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test.each([
  ['stop early (#12)', 'stop early'],
  ['stop early ([#12](https://example.com/12)) ([57b7883](https://example.com/57b7883))', 'stop early'],
  ['stop early [`#12`](https://example.com/12) [`0abc123`](https://example.com/0abc123)', 'stop early'],
  ['stop early ([#12], #13)', 'stop early'],
  ['stop early [(#12)]', 'stop early'],
  ['stop early (closes #12)', 'stop early'],
])('numbers and hashes go with their brackets: %s', (line, text) => {
  expect(plainText(line)).toBe(text);
});

test('code keeps its brackets and parentheses', () => {
  expect(plainText('`.action()` and `[]` (really)')).toBe('`.action()` and `[]` (really)');
});

test('links become their labels, and escapes, entities and bold become what they show', () => {
  expect(plainText(String.raw`**api:** [docs](https://example.com) of \_\_x\_\_ -&gt; &amp;lt; x`)).toBe(
    'api: docs of __x__ -> &lt; x',
  );
});

test('a word made of hex letters is no hash', () => {
  expect(plainText('the defaced page')).toBe('the defaced page');
});
