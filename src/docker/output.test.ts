import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputOf } from './output.ts';

function frame(stream: number, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

test('joins the parts of a log, whatever they hold', () => {
  const part = fc.tuple(fc.constantFrom(1, 2), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const content = Buffer.concat(parts.map(([stream, text]) => frame(stream, text)));
      expect(outputOf(content)).toBe(parts.map(([, text]) => text).join(''));
    }),
  );
});

test('a log that breaks off ends there', () => {
  expect(outputOf(Buffer.concat([frame(1, 'whole'), frame(1, 'torn off').subarray(0, 12)]))).toBe(
    'wholetorn',
  );
  expect(outputOf(Buffer.from('short'))).toBe('');
});
