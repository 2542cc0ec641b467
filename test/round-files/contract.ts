import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RoundFiles } from '../../src/domain/ports/round-files.ts';

async function* parts(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('the source broke off');
}

/** What every way to round directories has to do. `files` gives an empty folder, a new one for each test. */
export function roundFilesContract(files: () => RoundFiles): void {
  describe('as every way to round directories', () => {
    test('reads what was put, whole or its beginning or its end, and null where there is nothing', async () => {
      await files().putWhole('r-1/control/cancel.json', 'äbc\n');
      expect(await files().read('r-1/control/cancel.json')).toBe('äbc\n');
      expect(await files().read('r-1/control/cancel.json', 2)).toBe('ä');
      expect(await files().tail('r-1/control/cancel.json', 3)).toBe('bc\n');
      expect(await files().tail('r-1/control/cancel.json', 99)).toBe('äbc\n');
      for (const nothing of ['r-1/none', 'r-1/control', 'r-1/control/cancel.json/below', 'r-2/a']) {
        expect(await files().read(nothing)).toBeNull();
        expect(await files().tail(nothing, 9)).toBe('');
      }
    });

    test('replaces a whole file, and leaves nothing else beside it', async () => {
      await files().putWhole('r-1/spec.json', 'first');
      await files().putWhole('r-1/spec.json', 'second');
      expect(await files().read('r-1/spec.json')).toBe('second');
      expect(await files().list('r-1')).toEqual(['spec.json']);
    });

    test('shows readers the file of before or the new one, never a part', async () => {
      const [old, fresh] = ['a'.repeat(500_000), 'b'.repeat(500_000)];
      await files().putWhole('r-1/a', old);
      const writing = (async () => {
        for (let turn = 0; turn < 20; turn += 1)
          await files().putWhole('r-1/a', turn % 2 === 0 ? fresh : old);
      })();
      for (let look = 0; look < 20; look += 1) expect([old, fresh]).toContain(await files().read('r-1/a'));
      await writing;
    });

    test('copies a stream into a new file and returns its hash', async () => {
      const hash = createHash('sha256').update('one two').digest('hex');
      expect(await files().copyIn('.r-1/data/rows', parts('one', ' two'))).toBe(hash);
      expect(await files().read('.r-1/data/rows')).toBe('one two');
      await expect(files().copyIn('.r-1/data/rows', parts('again'))).rejects.toThrow();
      await expect(files().copyIn('.r-1/data/half', broken())).rejects.toThrow('the source broke off');
    });

    test('moves a folder with all in it', async () => {
      await files().putWhole('.r-1/spec.json', 'spec');
      await files().makeFolder('.r-1/control');
      await files().move('.r-1', 'r-1');
      expect(await files().read('r-1/spec.json')).toBe('spec');
      expect([...(await files().list(''))]).toEqual(['r-1']);
      expect(await files().has('r-1/control')).toBe(true);
      expect(await files().has('.r-1')).toBe(false);
    });

    test('lists names, none where there is no folder', async () => {
      await files().putWhole('r-1/a', '');
      await files().putWhole('r-1/b/c', '');
      expect([...(await files().list('r-1'))].toSorted()).toEqual(['a', 'b']);
      expect(await files().list('r-2')).toEqual([]);
    });

    test('hashes a folder by paths, sizes and contents, without its manifest', async () => {
      await files().putWhole('r-1/out/b', 'x');
      await files().putWhole('r-1/out/a/c', '');
      await files().putWhole('r-1/out/manifest.json', '{}');
      const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
      const lines = `a/c\x000\0${sha('')}\nb\x001\0${sha('x')}\n`;
      expect(await files().hashTree('r-1/out')).toBe(sha(lines));
      await expect(files().hashTree('r-2/out')).rejects.toMatchObject({ code: 'round_invalid' });
    });

    test('removes files and folders, also what is not there', async () => {
      await files().putWhole('r-1/kept/KEY', 'key');
      await files().remove('r-1/kept/KEY');
      expect(await files().list('r-1/kept')).toEqual([]);
      await files().remove('r-1');
      await files().remove('r-1');
      expect(await files().list('')).toEqual([]);
    });

    test.for(['../other', 'r-1/../../other', '/etc/hostname'])('refuses %s', async (path) => {
      const refused = { code: 'input_invalid' };
      await expect(files().read(path)).rejects.toMatchObject(refused);
      await expect(files().remove(path)).rejects.toMatchObject(refused);
      await expect(files().putWhole(path, '')).rejects.toMatchObject(refused);
    });
  });
}
