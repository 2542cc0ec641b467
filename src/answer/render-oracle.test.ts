import { describe, expect, test } from 'vitest';
import { applyEdits } from './apply-edits.ts';
import { parseAnswer } from './parse-answer.ts';
import { renderOracle } from './render-oracle.ts';

describe('applying the rendered oracle gives the oracle', () => {
  test.each([
    ['one line', 'a\nb\nc\n', 'a\nx\nc\n'],
    ['the first line', 'a\nb\n', 'x\nb\n'],
    ['the last line', 'a\nb\n', 'a\nx\n'],
    ['an insertion at the start', 'a\nb\n', 'x\na\nb\n'],
    ['an insertion at the end', 'a\nb\n', 'a\nb\nx\n'],
    ['lines taken away', 'a\nb\nc\nd\n', 'a\nd\n'],
    ['all lines taken away', 'a\nb\n', ''],
    ['a new final newline', 'a\nb', 'a\nb\n'],
    ['no final newline any more', 'a\nb\n', 'a\nb'],
    ['one of many equal lines', 'a\na\na\na\na\n', 'a\na\nx\na\na\n'],
    ['a line that starts others', 'foo\nfoobar\nfoo\n', 'foo\nfoobar\nbar\n'],
    ['carriage returns', 'a\r\nb\r\nc\r\n', 'a\r\nx\r\nc\r\n'],
    ['carriage returns taken away', 'a\r\nb\r\n', 'a\nb\n'],
    ['two distant changes', `a\n${'=\n'.repeat(9)}b\n`, `x\n${'=\n'.repeat(9)}y\n`],
    ['a heading under a divider line', 'Title\n=======\ntext\n', 'Title\n=======\nwords\n'],
    ['a divider line', 'Title\n=======\ntext\nmore\n', 'Titles\n========\ntext\nmore\n'],
    ['marks in the new text', 'a\nb\n', 'a\n<<<<<<< SEARCH\n=======\n>>>>>>> REPLACE\nb\n'],
    ['dollar signs', 'a\nb\n', "a\n$& $' $1\n"],
  ])('%s', (_, before, after) => {
    const result = render(before, after);
    expect(applied(result, before)).toBe(after);
  });

  test('a new file', () => {
    const result = renderOracle({ context: [], oracle: [{ path: 'f', text: 'a\n\nb\n' }], patch: '' });
    expect(applied(result, null)).toBe('a\n\nb\n');
  });

  test('several files, one without a change and one new without content', () => {
    const context = [file('f', 'a\n'), file('g', 'b\n'), file('h', 'c\n')];
    const oracle = [file('f', 'x\n'), file('g', 'b\n'), file('h', 'y\n'), file('i', '')];
    const result = renderOracle({ context, oracle, patch: '' });
    expect(editsOf(result).map(({ path }) => path)).toEqual(['f', 'h']);
  });
});

test('a search is as short as it can be while it stands once', () => {
  expect(editsOf(render('a\nb\nc\nb\nd\n', 'a\nb\nc\nx\nd\n'))).toEqual([
    { path: 'f', search: 'c\nb', replace: 'c\nx' },
  ]);
});

describe('a change that the form can not express has a reason', () => {
  const gone = { context: [file('f', 'a\n')], oracle: [file('f', null)] };
  const changed = { context: [file('f', 'a\n')], oracle: [file('f', 'b\n')] };
  const renamed = 'diff --git a/e b/f\nrename from e\nrename to f\n';
  const binary = 'diff --git a/i b/i\nBinary files a/i and b/i differ\n';

  test.each([
    ['a deleted file', { ...gone, patch: '' }, 'deletion'],
    ['a renamed file', { ...changed, patch: renamed }, 'rename'],
    ['a binary file', { ...changed, patch: binary }, 'binary'],
    ['a binary file without a text', { context: [], oracle: [file('i', null)], patch: '' }, 'binary'],
    ['no change', { context: [file('f', 'a\n')], oracle: [file('f', 'a\n')], patch: '' }, 'not_expressible'],
  ])('%s', (_, input, reason) => {
    expect(renderOracle(input)).toEqual({ reason });
  });

  test.each([
    ['a tag in the text', 'a\n', 'a <think> tag\n'],
    ['the end of a block in the new text', 'a\n', 'a\n>>>>>>> REPLACE\n```\n'],
    ['two divider lines in a row that must go', '=======\n=======\n', 'a\n'],
  ])('%s', (_, before, after) => {
    expect(render(before, after)).toEqual({ reason: 'not_expressible' });
  });
});

test('a line of content that looks like a git header is content', () => {
  const patch = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n a\n+Binary files x\n+rename from y\n';
  const result = renderOracle({ context: [file('f', 'a\n')], oracle: [file('f', 'b\n')], patch });
  expect(result).toHaveProperty('output');
});

type Rendered = ReturnType<typeof renderOracle>;

function file(path: string, text: string | null): { path: string; text: string | null } {
  return { path, text };
}

function render(before: string, after: string): Rendered {
  return renderOracle({ context: [file('f', before)], oracle: [file('f', after)], patch: '' });
}

function editsOf(result: Rendered) {
  const parsed = parseAnswer('output' in result ? result.output : '');
  return parsed.error === null ? parsed.edits : [];
}

/** Also checks that each search stands once in the text of its turn. */
function applied(result: Rendered, before: string | null): string | undefined {
  let text = before ?? '';
  for (const edit of editsOf(result)) {
    expect(`\n${text}`.split(`\n${edit.search}`)).toHaveLength(2);
    const step = applyEdits(new Map([['f', text]]), [edit]);
    text = step.error ?? step.files.get('f') ?? '';
  }
  return text;
}
