import { describe, expect, test } from 'vitest';
import { parseAnswer, parseEdits } from './parse-answer.ts';

const block = '```python\n### a.py\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n```';

describe('the tags', () => {
  test.each([
    ['nothing at all', ''],
    ['a missing tag', `<think>t</think><solution>${block}`],
    ['a tag quoted in the thought', `<think>a <solution> tag</think><solution>${block}</solution>`],
    ['a doubled tag', `<think>t</think></think><solution>${block}</solution>`],
  ])('%s is a tag_count error', (_, raw) => {
    expect(parseAnswer(raw)).toEqual({ error: 'tag_count' });
  });

  test('a thought of white space, as Python sees it, is empty', () => {
    expect(parseAnswer(`<think>\u001f\u00a0\n</think><solution>${block}</solution>`)).toEqual({
      error: 'empty_thought',
    });
  });

  test('a byte order mark is no white space', () => {
    expect(parseAnswer(`<think>\ufeff</think><solution>${block}</solution>`).error).toBeNull();
  });

  test('a closing tag before its opening tag gives the text up to the end', () => {
    expect(parseAnswer(`</think>x<think>y<solution>${block}</solution>`)).toMatchObject({
      error: null,
      thought: `y<solution>${block}</solution>`,
    });
  });

  test('an empty thought is reported before missing blocks', () => {
    expect(parseAnswer('<think> </think><solution>prose</solution>')).toEqual({ error: 'empty_thought' });
    expect(parseAnswer('<think>t</think><solution>prose</solution>')).toEqual({ error: 'no_blocks' });
  });
});

describe('the blocks', () => {
  test('a block is a path, a search and a replacement', () => {
    expect(parseEdits(block)).toEqual([{ path: 'a.py', search: 'old', replace: 'new' }]);
  });

  test('the first divider ends the search and the first closed REPLACE mark the replacement', () => {
    const text =
      '```\n### a\n<<<<<<< SEARCH\n=======\nx\n=======\ny\n=======\n>>>>>>> REPLACE\nz\n>>>>>>> REPLACE\n```';
    expect(parseEdits(text)).toEqual([
      { path: 'a', search: '=======\nx', replace: 'y\n=======\n>>>>>>> REPLACE\nz' },
    ]);
  });

  test('a block without an end swallows the next one', () => {
    const open = '```\n### a.py\n<<<<<<< SEARCH\nfoo\n=======\nbar\n```\n';
    expect(parseEdits(open + block)).toHaveLength(1);
    expect(parseEdits(open + block)[0]?.search).toBe('foo');
  });

  test('a path keeps its spaces, and any line break that is not a line feed', () => {
    expect(parseEdits(block.replace('a.py', ' a\r\u2028.py '))[0]?.path).toBe(' a\r\u2028.py ');
  });

  test.each([
    ['carriage returns', block.replaceAll('\n', '\r\n')],
    ['a blank line after the fence', block.replace('python\n', 'python\n\n')],
    ['no fence', block.replaceAll('```', '')],
    ['a blank after the REPLACE mark', block.replace('REPLACE', 'REPLACE ')],
    ['no line in the search', block.replace('old\n', '')],
    ['no line in the replacement', block.replace('new\n', '')],
  ])('%s is no block', (_, text) => {
    expect(parseEdits(text)).toEqual([]);
  });

  test('two hundred thousand opened blocks that never end are read in one pass', () => {
    expect(parseEdits('```\n### a\n<<<<<<< SEARCH\nx\n=======\n'.repeat(200_000))).toEqual([]);
    expect(parseEdits('`'.repeat(3_000_000))).toEqual([]);
  });
});
