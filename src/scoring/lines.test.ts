import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines, wholeLines } from './lines.ts';

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function linesOf(text: string, sizes: readonly number[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const block of wholeLines(chunks(Buffer.from(text), sizes))) {
    for (const line of splitLines(block)) lines.push(Buffer.from(line).toString('utf8'));
  }
  return lines;
}

test('lines come out as they went in, however the stream is cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (lines, sizes) => {
        expect(await linesOf(lines.map((text) => `${text}\n`).join(''), sizes)).toEqual(lines);
      },
    ),
  );
});

test('lines longer than a block stay whole, and the last one needs no end', async () => {
  const lines = ['a'.repeat(200_000), 'b', 'c'.repeat(70_000), 'last'];
  expect(await linesOf(lines.join('\n'), [65_536])).toEqual(lines);
});
