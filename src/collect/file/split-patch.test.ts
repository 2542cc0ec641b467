import { describe, expect, it } from 'vitest';
import type { Sha } from '../../domain/ids.ts';
import { filesByClass, splitPatch } from './split-patch.ts';

const base = 'a'.repeat(40) as Sha;
const head = 'b'.repeat(40) as Sha;

function sourceOf(paths: readonly string[], diff: (paths: readonly string[]) => Buffer | null) {
  return {
    changes: async () => paths.map((path) => ({ path, binary: false })),
    diff: async (_base: Sha, _head: Sha, options: { readonly paths: readonly string[] }) =>
      diff(options.paths),
  };
}

describe('the files of a change', () => {
  it('are sorted, each in its class', () => {
    const files = filesByClass([
      { path: 'src/b.py', binary: false },
      { path: 'src/a.py', binary: false },
      { path: 'tests/test_a.py', binary: false },
      { path: 'README.md', binary: false },
    ]);

    expect(files).toEqual({
      source: ['src/a.py', 'src/b.py'],
      test: ['tests/test_a.py'],
      other: ['README.md'],
    });
  });

  it('are other where they are binary, links or submodules', () => {
    const files = filesByClass([
      { path: 'src/data.py', binary: true },
      { path: 'src/link.py', binary: false, before: null, after: 'link' },
      { path: 'src/was-link.py', binary: false, before: 'link', after: 'file' },
      { path: 'lib/three.js', binary: false, before: 'submodule', after: 'submodule' },
      { path: 'tests/in.png', binary: true },
    ]);

    expect(files.source).toEqual([]);
    expect(files.test).toEqual([]);
    expect(files.other).toHaveLength(5);
  });

  it('keep both paths of a move, with the old path of a moved test in other', () => {
    const files = filesByClass([
      { path: 'src/new.py', oldPath: 'src/old.py', binary: false },
      { path: 'tests/test_new.py', oldPath: 'tests/test_old.py', binary: false },
      { path: 'src/shared.py', oldPath: 'tests/helper.py', binary: false },
      { path: 'docs/new.md', oldPath: 'docs/old.md', binary: false },
    ]);

    expect(files).toEqual({
      source: ['src/new.py', 'src/old.py', 'src/shared.py'],
      test: ['tests/helper.py', 'tests/test_new.py'],
      other: ['docs/new.md', 'docs/old.md', 'tests/test_old.py'],
    });
  });
});

describe('a split', () => {
  it('asks for each class once', async () => {
    const asked: string[] = [];
    const source = sourceOf(['a.py', 'test_a.py', 'LICENSE'], (paths) => {
      asked.push(paths.join());
      return Buffer.from(paths.join());
    });

    const split = await splitPatch(source, base, head, 1000);

    expect(asked).toEqual(['a.py', 'test_a.py', 'LICENSE']);
    expect(split).toMatchObject({
      outcome: 'split',
      patch: 'a.py',
      test_patch: 'test_a.py',
      other_patch: 'LICENSE',
      flags: [],
    });
  });

  it('is oversize where one of its patches is', async () => {
    expect(
      await splitPatch(
        sourceOf(['a.py'], () => null),
        base,
        head,
        1000,
      ),
    ).toEqual({ outcome: 'oversize' });
  });

  it('flags text that is not UTF-8, and keeps no NUL', async () => {
    const latin1 = await splitPatch(
      sourceOf(['a.py'], () => Buffer.from('caf\xe9', 'latin1')),
      base,
      head,
      1000,
    );
    const nul = await splitPatch(
      sourceOf(['a.py'], () => Buffer.from('a\0b')),
      base,
      head,
      1000,
    );

    expect(latin1).toMatchObject({ patch: 'caf\u{FFFD}', flags: ['patch_not_utf8'] });
    expect(nul).toMatchObject({ patch: 'a\u{FFFD}b', flags: ['patch_not_utf8'] });
  });
});
