import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packSample } from './sample-tarball.ts';
import { readTarball } from './tarball.ts';

const longPath = `lib/${'deep/'.repeat(40)}${'x'.repeat(120)}.js`;

test.each(['ustar', 'gnu', 'pax'])('files, modes and paths are read from a %s tarball', async (format) => {
  const path = format === 'ustar' ? `${'deep/'.repeat(25)}x.js` : longPath;
  const packed = await packSample({ 'index.js': 'one\n', 'bin/run*': '#!', [path]: 'two', 'empty.txt': '' }, [
    `--format=${format}`,
  ]);

  const tree = await readTarball(packed, 'sample');

  const read = [...tree].map(([path, file]) => [path, file.data.toString(), file.executable]);
  expect(read).toEqual(
    [
      ['bin/run', '#!', true],
      ['empty.txt', '', false],
      ['index.js', 'one\n', false],
      [path, 'two', false],
    ].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
});

test('a path that leaves the package is refused', async () => {
  const packed = await packSample({ 'index.js': '' }, ['--transform=s,index.js,../../evil.js,']);

  await expect(readTarball(packed, 'sample')).rejects.toThrow(
    expect.objectContaining({ code: 'input_invalid' }),
  );
});

test.each([
  ['no gzip file', () => Buffer.from('hello')],
  ['cut off in its gzip data', (packed: Buffer) => packed.subarray(0, 60)],
  ['cut off in a file', (packed: Buffer) => gzipSync(gunzipSync(packed).subarray(0, 1100))],
  ['damaged in a header', (packed: Buffer) => gzipSync(gunzipSync(packed).fill(0x41, 0, 20))],
  ['without a file', () => gzipSync(Buffer.alloc(1024))],
])('a tarball that is %s is refused', async (_, spoil) => {
  const spoilt = spoil(await packSample({ 'index.js': 'x'.repeat(2000) }));

  await expect(readTarball(spoilt, 'sample')).rejects.toThrow(
    expect.objectContaining({ code: 'input_invalid' }),
  );
});
