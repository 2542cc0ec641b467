import { expect, it } from 'vitest';
import { exitText } from './exit-codes.ts';

const documented = [0, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 24, 25, 26, 27, 28, 30, 31, 40, 70, 75];

it('has a sentence of its own for each documented exit code', () => {
  const sentences = documented.map(exitText);
  expect(new Set([...sentences, exitText(1)]).size).toBe(documented.length + 1);
});

it('names the signal of a killed driver', () => {
  expect(exitText(137)).toBe('Ended by signal 9.');
});

it('says nothing where nobody knows the code', () => {
  expect(exitText(null)).toBeNull();
});
