import { describe, expect, it } from 'vitest';
import { readGitDiff } from '../../diff/git-diff.ts';
import { judgeChange } from './hunk-filter.ts';

const limits = { maximumFiles: 100, maximumLines: 5000, maximumBytes: 1_000_000 };

/** A diff of one file with one hunk. */
function file(path: string, removed: readonly string[], added: readonly string[]): string {
  const lines = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return [
    `diff --git a/${path} b/${path}`,
    'index 0000001..0000002 100644',
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -1,${removed.length} +1,${added.length} @@ context`,
    ...lines,
    '',
  ].join('\n');
}

const fix = file('src/a.py', ['a = 1'], ['a = 2']);
const lock = file('yarn.lock', ['lodash@4.17.20'], ['lodash@4.17.21']);
const bump = file('src/a/__init__.py', ["__version__ = '1.2.0'"], ["__version__ = '1.2.1'"]);
const packaging = file('package.json', ['  "files": []'], ['  "files": ["a"]']);
const changelog = file('CHANGELOG.md', [], ['## 1.2.1', '- a fix']);
const test = file('tests/test_a.py', ['assert a == 1'], ['assert a == 2']);

describe('a change', () => {
  it.each([
    ['empty', '', []],
    ['null', 'a fix', [fix]],
    ['null', 'a fix among everything else', [lock, bump, packaging, changelog, test, fix]],
    ['lock_files_only', 'lock files', [lock, file('go.sum', ['a'], ['b'])]],
    ['lock_files_only', 'a lock file and a changelog', [lock, changelog]],
    ['version_bump_only', 'a version', [bump]],
    ['version_bump_only', 'a version, its changelog and lock file', [bump, changelog, lock]],
    [
      'version_bump_only',
      'a version in a manifest',
      [file('package.json', ['  "version": "1.2.0",'], ['  "version": "1.2.1",'])],
    ],
    [
      'version_bump_only',
      'a dependency',
      [file('package.json', ['  "qs": "^6.1.0"'], ['  "qs": "^6.2.0"']), lock],
    ],
    ['packaging_only', 'packaging', [packaging]],
    [
      'packaging_only',
      'packaging, version, settings of tools',
      [packaging, bump, lock, file('.github/a.yml', ['a'], ['b'])],
    ],
    ['no_source_change', 'documentation', [changelog]],
    ['no_source_change', 'tests', [test]],
    ['no_source_change', 'tests and a version', [test, bump]],
    ['no_source_change', 'generated files', [file('dist/a.js', ['a'], ['b']), packaging]],
    ['no_source_change', 'ends of lines', [file('src/a.py', ['a = 1'], ['a = 1\r', ''])]],
    ['null', 'indentation', [file('src/a.py', ['  a = 1'], ['    a = 1'])]],
  ])('is %s: %s', (reason, _, files) => {
    expect(String(judgeChange(files.join(''), limits).reason)).toBe(reason);
  });

  it('counts each flag', () => {
    const { counts } = judgeChange([fix, lock, bump, packaging, changelog, test].join(''), limits);

    expect(counts).toMatchObject({ none: 2, lock_file: 1, version_bump: 1, packaging: 1, documentation: 1 });
  });

  it('is too large by files, lines or bytes, but not by a lock file alone', () => {
    const long = Array.from({ length: 6000 }, (_, at) => `line ${at}`);
    const many = Array.from({ length: 101 }, (_, at) => file(`src/a${at}.py`, ['1'], ['2'])).join('');

    expect(judgeChange(file('src/a.py', [], long), limits).reason).toBe('oversize');
    expect(judgeChange(many, limits).reason).toBe('oversize');
    expect(judgeChange(file('src/a.py', [], ['x'.repeat(1_000_001)]), limits).reason).toBe('oversize');
    expect(judgeChange(fix + file('package-lock.json', [], long), limits).reason).toBeNull();
  });
});

describe('a version bump', () => {
  it.each([
    ['setup.py', "    version='1.0',", "    version='1.1',"],
    ['a/version.py', 'VERSION = (1, 2, 0)', 'VERSION = (1, 2, 1)'],
    ['a/__init__.py', "__version__ = '1.0.dev0'", "__version__ = '1.0'"],
    ['lib/a/version.rb', '  VERSION = "1.2.3".freeze', '  VERSION = "1.3.0.beta1".freeze'],
    ['version.go', 'const Version = "v1.2.3"', 'const Version = "v1.2.4"'],
    ['src/a.h', '#define A_VERSION_MINOR 3', '#define A_VERSION_MINOR 4'],
    ['pom.xml', '  <version>1.2-SNAPSHOT</version>', '  <version>1.2</version>'],
    ['Cargo.toml', 'version = "0.1.0"', 'version = "0.2.0-rc.1"'],
    ['src/version.ts', "export const version: string = '1.0.0';", "export const version: string = '1.0.1';"],
    ['requirements.txt', 'requests==2.31.0', 'requests==2.32.0'],
  ])('in %s: %s', (path, removed, added) => {
    expect(judgeChange(file(path, [removed], [added]), limits).counts.version_bump).toBe(1);
  });

  it.each([
    ['src/a.py', 'timeout = 1.5', 'timeout = 2.5'],
    ['src/a.py', 'if sys.version_info < (3, 7):', 'if sys.version_info < (3, 8):'],
    ['src/a.py', "if version == '1.0':", "if version == '1.1':"],
    ['src/a.py', "__version__ = '1.0'", '__version__ = read()'],
    ['src/a.ts', 'const version = 1; run(2)', 'const other = 1; run(3)'],
  ])('is not in %s: %s', (path, removed, added) => {
    expect(judgeChange(file(path, [removed], [added]), limits).reason).toBeNull();
  });
});

describe('reading a diff', () => {
  it('takes paths, kinds and counted lines from what git writes', () => {
    const diff = [
      'diff --git "a/src/\\303\\244 b.py" "b/src/\\303\\244 b.py"',
      '--- "a/src/\\303\\244 b.py"\t',
      '+++ "b/src/\\303\\244 b.py"\t',
      '@@ -1,2 +1,2 @@',
      '--- looks like a header',
      '+++ b/looks like one too',
      ' @@ -1 +1 @@',
      '\\ No newline at end of file',
      'diff --git a/old b/c.py b/new b/c.py',
      'similarity index 100%',
      'rename from old b/c.py',
      'rename to new b/c.py',
      'diff --git a/with space.png b/with space.png',
      'index 0000001..0000002 100644',
      'Binary files a/with space.png and b/with space.png differ',
      'diff --git a/sub b/sub',
      'index 0000001..0000002 160000',
      '--- a/sub',
      '+++ b/sub',
      '@@ -1 +1 @@',
      '-Subproject commit 1',
      '+Subproject commit 2',
      'diff --git a/gone.py b/gone.py',
      'deleted file mode 100644',
      '--- a/gone.py',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-x',
      '',
    ].join('\n');

    const files = readGitDiff(diff);

    expect(files.map(({ path }) => path)).toEqual([
      'src/ä b.py',
      'new b/c.py',
      'with space.png',
      'sub',
      'gone.py',
    ]);
    expect(files[0]?.hunks).toEqual([
      { removed: ['-- looks like a header'], added: ['++ b/looks like one too'] },
    ]);
    expect(files.map(({ moved }) => moved)).toEqual([false, true, false, false, false]);
    expect(files.map(({ binary }) => binary)).toEqual([false, false, true, false, false]);
    expect(files.map(({ submodule }) => submodule)).toEqual([false, false, false, true, false]);
  });
});
