import { describe, expect, it } from 'vitest';
import { issueReferences } from './link-text.ts';

const context = { repo: 'octo-org/tool', host: 'github.com' };

/** `12!` for a closing mention, `12` for a plain one; the repository only where it is another. */
function named(text: string, host = context.host): string {
  const references = issueReferences(text, { ...context, host });
  return references
    .map(({ owner, name, number, closing }) => {
      const repo = `${owner}/${name}` === context.repo ? '' : `${owner}/${name}#`;
      return `${repo}${number}${closing ? '!' : ''}`;
    })
    .join(' ');
}

describe('closing keywords', () => {
  it.each(['close', 'closes', 'closed', 'fix', 'fixes', 'fixed', 'resolve', 'resolves', 'resolved'])(
    'takes %s',
    (word) => {
      expect(named(`This ${word} #12.`)).toBe('12!');
      expect(named(`${word.toUpperCase()}: #12`)).toBe('12!');
    },
  );

  it.each([
    ['Fixes: #12', '12!'],
    ['Fixes:#12', '12!'],
    ['fixes GH-12', '12!'],
    ['Fixes gh-12, gh-13', '12! 13!'],
    ['fixes other/repo.js#12', 'other/repo.js#12!'],
    ['fixes Octo-Org/Tool#12 and #12', 'Octo-Org/Tool#12!'],
    ['Closes https://github.com/octo-org/tool/issues/12', '12!'],
    ['Closes <https://github.com/octo-org/tool/issues/12#issuecomment-9>', '12!'],
    ['Closes [#12](https://github.com/octo-org/tool/issues/12)', '12!'],
    ['Closes [the crash](https://github.com/octo-org/tool/issues/12)', '12'],
    ['**Fixes** #12', '12!'],
    ['**Fixes:** #12', '12!'],
    ['_Fixes #12_', '12!'],
    ['(fixes #12)', '12!'],
    ['Fixes issue #12', '12!'],
    ['fixes bug #12, #13', '12! 13!'],
    ['Fix #292, fix #205, fix #103: expire() returns pairs', '292! 205! 103!'],
    ['Closes #1, #2 and #3', '1! 2! 3!'],
    ['Closes #1, #2, and #3; see #4', '1! 2! 3! 4'],
    ['Closes #1 & #2', '1! 2!'],
    ['Closes #1 #2', '1! 2!'],
    ['Closes:\n- #1\n- #2\n\nSee #3', '1! 2! 3'],
    ['Resolves:\n\n* [x] #1\n* [ ] octo-org/lib#2', '1! octo-org/lib#2!'],
    ['Fixes #12\r\nCloses #13\r\n', '12! 13!'],
    ['Fixes\n#12', '12!'],
  ])('reads %j', (text, expected) => {
    expect(named(text)).toBe(expected);
  });
});

describe('plain mentions', () => {
  it.each([
    ['See #12 and #13', '12 13'],
    ['fix(core): keep order (#12)', '12'],
    ['#12: crash on start', '12'],
    ['hotfix #12', '12'],
    ['prefix #12', '12'],
    ['Fixes the crash of #12', '12'],
    ['fixed by #12', '12'],
    ['Closes the door. #12', '12'],
  ])('reads %j', (text, expected) => {
    expect(named(text)).toBe(expected);
  });
});

describe('denials', () => {
  it.each([
    ['This does not fix #9', '9'],
    ["This doesn't close #9", '9'],
    ['This doesn’t fully resolve #9', '9'],
    ['#9 is not fixed by #10', '9 10'],
    ["won't fix #9", '9'],
    ['Never closes #9', '9'],
    ['It no longer fixes #9', '9'],
    ['Not sure whether this fixes #9', '9'],
    ['without fixing #8 this fails to fix #9', '8 9'],
    ['Does not fix #9 but closes #10', '9 10!'],
    ['Does not fix #9. Fixes #10', '9 10!'],
    ['It should not break anything and fixes #10', '10!'],
    ['Not only fixes #10', '10!'],
    ['Do not merge yet, fixes #10', '10!'],
    ['Does not fix #9\nFixes #9', '9!'],
  ])('reads %j', (text, expected) => {
    expect(named(text)).toBe(expected);
  });
});

describe('what does not count', () => {
  it.each([
    ['`fixes #12`'],
    ['``fixes ` #12``'],
    ['```\nfixes #12\n```'],
    ['~~~sh\nfixes #12\n```\nfixes #13\n~~~'],
    ['- ```\n  fixes #12\n  ```'],
    ['```\nnever ended\nfixes #12'],
    ['Text\n\n    fixes #12'],
    ['> fixes #12'],
    ['<!-- fixes #12 -->'],
    ['<!--\nFixes #(issue)\nfixes #12\n-->'],
    ['<!-- fixes #12'],
    ['<code>fixes #12</code>'],
    ['fixes #0'],
    ['fixes #12a'],
    ['fixes #1.2'],
    ['fixes #'],
    ['fixes a/b/c#12'],
    ['it&#39;s'],
    ['fixes https://github.com/octo-org/tool/issues/12345678901'],
    ['fixes https://git.example.com/octo-org/tool/issues/12'],
    ['https://github.com/octo-org/tool/blob/main/a.py#12'],
    [''],
  ])('finds nothing in %j', (text) => {
    expect(named(text)).toBe('');
  });

  it('goes on after a comment, code or a quotation', () => {
    expect(
      named('<!-- fixes #1 -->\nfixes #2 `#3` <code>#4</code>\n> fixes #5\n\n```\n#6\n```\nfixes #7'),
    ).toBe('2! 7!');
  });

  it('takes an indented line in a list for text', () => {
    expect(named('- a change\n\n    fixes #12')).toBe('12!');
  });

  it('keeps a single backtick in the text', () => {
    expect(named('a ` and fixes #12')).toBe('12!');
  });
});

it('knows the issue addresses of an Enterprise Server', () => {
  expect(named('fixes https://git.example.com/octo-org/tool/issues/12', 'git.example.com')).toBe('12!');
});

it.each([
  ['spaces', `fixes${' '.repeat(300_000)}`],
  ['stars', `fixes${'*'.repeat(300_000)}`],
  ['backticks', '` '.repeat(200_001)],
  ['keywords', 'fixes '.repeat(100_000)],
  ['lists', `fixes ${'#1, '.repeat(100_000)}`],
  ['names', `${'a-'.repeat(200_000)}/`],
  ['comments', '<!-- '.repeat(100_000)],
])('stays linear in a long text of %s', (_, text) => {
  expect(issueReferences(text, context).length).toBeLessThanOrEqual(1);
});
