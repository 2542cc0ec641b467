import { expect, test } from 'vitest';
import { storableText } from './storable-text.ts';

test('what PostgreSQL refuses is replaced, and everything else stays', () => {
  expect(storableText('a\0b \ud83d c \udc00 d')).toBe('a\ufffdb \ufffd c \ufffd d');
  expect(storableText('pair \u{1f600}, line\r\nend\t')).toBe('pair \u{1f600}, line\r\nend\t');
});
