import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sharedFolder } from '../../src/round-files/shared-folder.ts';
import { pause } from '../../src/time/poll-until.ts';
import { roundFilesContract } from './contract.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), `mendloop-test-${process.pid}-files-`));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a shared folder', () => {
  roundFilesContract(() => sharedFolder(folder));

  test('is made by the first write, and empty before it', async () => {
    const files = sharedFolder(path.join(folder, 'rounds'));
    expect(await files.list('')).toEqual([]);
    await files.putWhole('r-1/spec.json', '{}');
    expect(await files.list('')).toEqual(['r-1']);
  });

  test('says that there is no room', async () => {
    const fill = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('rows');
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    await expect(sharedFolder(folder).copyIn('r-1/b', fill())).rejects.toMatchObject({
      code: 'storage_full',
    });
  });

  test('removes a folder while a driver adds files to it', async () => {
    const driver = path.join(folder, 'r-1');
    await mkdir(driver);
    const adding = (async () => {
      for (let count = 0; count < 50; count += 1) {
        await writeFile(path.join(driver, `${count}`), '').catch(() => undefined);
        await pause(10);
      }
    })();
    await pause(50);
    await sharedFolder(folder).remove('r-1');
    await adding;
    expect(await sharedFolder(folder).has('r-1')).toBe(false);
  });
});
