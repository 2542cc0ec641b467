import { pick } from '../../src/domain/random.test-support.ts';
import { type Random, randomFrom } from '../../src/domain/random.ts';

export interface LineFiles {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

type MakeLine = (random: Random, at: number) => string;

/** Files of many lines, edited in many places. */
export const lineFiles: Readonly<Record<string, (lines: number) => LineFiles>> = {
  source: (lines) => edited('source', lines, sourceLine),
  equal_lines: (lines) => edited('equal', lines, equalLine),
  hundred_distinct: (lines) => edited('hundred', lines, (random) => `line ${random(100)}`),
};

/** One place in a hundred is changed: some lines go, some come. */
function edited(seed: string, lines: number, make: MakeLine): LineFiles {
  const random = randomFrom(seed);
  const before = Array.from({ length: lines }, (_, at) => make(random, at));
  const after: string[] = [];
  for (let at = 0; at < lines; at += 1) {
    if (random(100) > 0) after.push(before[at] as string);
    else {
      at += random(3);
      for (let more = random(4); more > 0; more -= 1) after.push(make(random, lines + after.length));
    }
  }
  return { before, after };
}

/** Mostly lines of their own, with the blank lines and brackets that every source file repeats. */
function sourceLine(random: Random, at: number): string {
  if (random(4) === 0) return pick(random, ['', '}', '    }', '  return;', '});']);
  return `  const value${at} = call(${random(1000)}, '${random(50)}');`;
}

/** Thousands of equal lines between groups of others. */
function equalLine(random: Random, at: number): string {
  return Math.floor(at / 3000) % 2 === 0 || random(20) === 0 ? `row ${at % 7000}` : '0, 0, 0, 0';
}
