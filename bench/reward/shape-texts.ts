import { pick } from '../../src/domain/random.test-support.ts';
import { type Random, randomFrom } from '../../src/domain/random.ts';

/** `count` symbols from one range, all equally likely. */
export function symbols(seed: string, size: number, first: number, count: number): string {
  const random = randomFrom(seed);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = first + random(count);
  return bytes.toString('latin1');
}

export function lines(size: number, next: () => string): string {
  const parts: string[] = [];
  for (let length = 0; length < size; length += parts.at(-1)?.length ?? 0) parts.push(next());
  return parts.join('');
}

export function mixedLine(random: Random): () => string {
  return () => (random(30) === 0 ? `    value_${random(1000)} = None\n` : '    pass\n');
}

export function code(random: Random, size: number): string {
  return lines(
    size,
    () => `${'    '.repeat(random(4))}${name(random)} = ${name(random)}(${name(random)}, ${random(100)})\n`,
  );
}

const syllables = ['re', 'set', 'in', 'dex', 'val', 'ue', 'get', 'ar', 'node', 'list', 'to', 'str'];

function name(random: Random): string {
  return pick(random, syllables) + pick(random, syllables) + pick(random, syllables);
}

const snippets = [
  '(',
  ')',
  ';',
  '{',
  '}',
  '=',
  ',',
  'var ',
  'function',
  'return ',
  '.length',
  '===',
  '&&',
  '[0]',
];

export function minifiedToken(random: Random): string {
  if (random(8) === 0) return name(random);
  return random(3) === 0 ? String.fromCharCode(0x61 + random(26)) : pick(random, snippets);
}

export function minifiedTokens(random: Random, size: number): string[] {
  const tokens: string[] = [];
  for (let length = 0; length < size; length += tokens.at(-1)?.length ?? 0)
    tokens.push(minifiedToken(random));
  return tokens;
}

/** 40,000 code points, half of them outside the basic plane. */
export function wideSymbol(random: Random): string {
  return String.fromCodePoint(random(2) === 0 ? 0x4e00 + random(20_000) : 0x20000 + random(20_000));
}

export function points(random: Random, size: number): string {
  const parts: string[] = [];
  for (let at = 0; at < size; at += 1) parts.push(wideSymbol(random));
  return parts.join('');
}

/** `aaab aab ab …`: each block is one symbol shorter than the one before. */
export function shrinking(size: number, end: string): string {
  return blocks(size)
    .reverse()
    .map((length) => 'a'.repeat(length) + end)
    .join('');
}

export function growing(size: number, end: string): string {
  return blocks(size)
    .map((length) => 'a'.repeat(length) + end)
    .join('');
}

function blocks(size: number): number[] {
  return Array.from({ length: Math.floor(Math.sqrt(2 * size)) }, (_, index) => index + 1);
}
