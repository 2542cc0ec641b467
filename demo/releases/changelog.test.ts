import { describe, expect, test } from 'vitest';
import { fixesOf, parseChangelog, unmarkedChangesOf } from './changelog.ts';

function only(text: string) {
  const [release] = parseChangelog(text);
  if (release === undefined) throw new Error('no release was found');
  return release;
}

describe('releases', () => {
  test('a heading with a bold, linked or plain version begins a release, with its date where it has one', () => {
    const text = [
      '# Changelog',
      '## **2.1.0**',
      '## [v2.0.1](https://example.com/compare/v2.0.0...v2.0.1) - 2023-02-09',
      '### [2.0.0](https://example.com/x) (2020-03-16)',
      '## 1.9.0 / 2019-01-02',
      '1.8.0 / 2018-01-02',
      '==================',
    ].join('\n');

    const found = parseChangelog(text).map(({ version, date }) => [version, date]);

    expect(found).toEqual([
      ['2.1.0', null],
      ['2.0.1', '2023-02-09'],
      ['2.0.0', '2020-03-16'],
      ['1.9.0', '2019-01-02'],
      ['1.8.0', '2018-01-02'],
    ]);
  });

  test('bullets before the first release belong to none', () => {
    expect(parseChangelog('- [Fix] lost\n')).toEqual([]);
  });

  test('a heading without a version is a section of the release', () => {
    const release = only('## 1.0.1\n### Bug Fixes\n\n* keep the order\n### Features\n* add a mode\n');

    expect(release.entries.map(({ section, text }) => [section, text])).toEqual([
      ['Bug Fixes', 'keep the order'],
      ['Features', 'add a mode'],
    ]);
  });

  test('a bullet that goes on in the next line is one entry, a nested bullet is none', () => {
    const release = only('## 1.0.1\n  * Fix a thing\n    that is long\n    - deps: other@2\n  * Second\n');

    expect(release.entries.map((entry) => entry.text)).toEqual(['Fix a thing that is long', 'Second']);
  });
});

describe('fixes', () => {
  test('an entry tagged [Fix] is a fix, also as one tag of several, and any other tag is not', () => {
    const release = only(
      '## 1.0.1\n- [Fix] `parse`: a\n- [New] [Fix] b\n- [Fixes] c\n- [Tests] fix d\n- [meta] e\n',
    );

    expect(fixesOf(release)).toEqual(['`parse`: a', 'b', 'c']);
  });

  test('entries below a heading for fixes are fixes unless their tag says otherwise', () => {
    const release = only('## 1.0.1\n### Fixed\n- [readme] wording\n- [Fix] the parser\n- stop early\n');

    expect(fixesOf(release)).toEqual(['the parser', 'stop early']);
  });

  test('an entry that begins with "fix" is a fix, but not one about tests', () => {
    expect(fixesOf(only('## 1.0.1\n- fix a crash\n- fixed the test\n- prefix things\n'))).toEqual([
      'fix a crash',
    ]);
  });

  test('an entry that is listed again is told once', () => {
    expect(fixesOf(only('## 1.0.1\n### Merged\n- [Fix] One\n### Commits\n- [Fix] one\n'))).toEqual(['One']);
  });
});

test('without marks, what is neither tagged nor about tests, notices or dependencies counts as changed', () => {
  const text =
    '## 1.0.1\n- enforce a space\n- test from a request\n- security notice\n- [meta] x\n- Merge branch\n';

  expect(unmarkedChangesOf(only(text))).toEqual(['enforce a space']);
});
