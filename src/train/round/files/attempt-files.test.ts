import { expect, test } from 'vitest';
import { bodyOf, parseEvents } from './attempt-files.ts';

function line(seq: number, rest: object = {}): string {
  const frame = { v: 1, seq, ts: '2026-11-22T02:30:00.000Z', round: 'r-1', attempt: 1, type: 'warning' };
  return `${JSON.stringify({ ...frame, ...rest })}\n`;
}

const seqs = (text: string): number[] => parseEvents(text, 'r-1', 1).map(({ seq }) => seq);

test('a line without its end waits', () => {
  expect(seqs(line(1) + line(2).trimEnd())).toEqual([1]);
  expect(seqs('')).toEqual([]);
});

test('gaps, repeated lines, other attempts and what is no event do not matter', () => {
  const others = [
    line(3, { attempt: 2 }),
    line(4, { round: 'r-2' }),
    line(5, { type: 'oracle' }),
    'no JSON\n',
    '[]\n',
  ];
  expect(seqs(line(9) + line(2) + others.join('') + line(2))).toEqual([2, 9]);
});

test('what the database does not take is replaced, and the rest stays as it is', () => {
  const [event] = parseEvents(line(1, { text: 'a\0b\ud800c€', nested: { step: 3, empty: null } }), 'r-1', 1);
  if (event === undefined) throw new Error('no event');
  expect(JSON.parse(bodyOf(event))).toEqual({ text: 'a\ufffdb\ufffdc€', nested: { step: 3, empty: null } });
});
