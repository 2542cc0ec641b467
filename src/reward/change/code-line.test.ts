import { expect, test } from 'vitest';
import { codeOfLine } from './code-line.ts';
import { commentSyntaxOf } from './comment-syntax.ts';

test.each([
  ['a.py', 'x = 1  # one', 'x = 1  '],
  ['a.py', 'x = "a # b"', 'x = "a # b"'],
  ['a.py', "x = 'it\\'s' # so", "x = 'it\\'s' "],
  ['a.py', '    """Says what it does."""', ''],
  ['a.py', 'x = """text"""', 'x = """text"""'],
  ['a.py', 'colour = "#fff"', 'colour = "#fff"'],
  ['a.js', 'call(); // now', 'call(); '],
  ['a.js', ' * a line of a block comment', ''],
  ['a.js', "get('https://host/path')", "get('https://host/path')"],
  ['a.js', '# no comment here', '# no comment here'],
  ['a.sql', 'select 1 -- one', 'select 1 '],
  ['a.html', '<!-- hidden -->', ''],
  ['a.unknown', '# text // text', '# text // text'],
  ['Makefile', '# text', '# text'],
])('%s: %s', (path, line, code) => {
  expect(codeOfLine(line, commentSyntaxOf(path))).toBe(code);
});
