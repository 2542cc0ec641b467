import { expect, test } from 'vitest';
import { pythonLines } from './python-strings.ts';

test('a final line break opens no line', () => {
  expect(pythonLines('')).toEqual([]);
  expect(pythonLines('a')).toEqual(['a']);
  expect(pythonLines('a\n')).toEqual(['a']);
  expect(pythonLines('\n\n')).toEqual(['', '']);
});

test('every line break that Python knows ends a line', () => {
  const breaks = ['\n', '\r', '\r\n', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029'];
  for (const end of breaks) expect(pythonLines(`a${end}b`)).toEqual(['a', 'b']);
});

test('the unit separator and the no-break space end no line', () => {
  expect(pythonLines('a\u001fb\u00a0c')).toEqual(['a\u001fb\u00a0c']);
});

test('a carriage return and a line feed in the other order are two breaks', () => {
  expect(pythonLines('a\n\rb')).toEqual(['a', '', 'b']);
});
