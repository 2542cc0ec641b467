import { pick } from '../domain/random.test-support.ts';
import type { Random } from '../domain/random.ts';

/** Items drawn at random. */
export function list(random: Random, choices: readonly string[], length: number): string[] {
  return Array.from({ length }, () => pick(random, choices));
}

/** Some parts replaced, one part moved now and then. */
export function mutated(random: Random, original: readonly string[], choices: readonly string[]): string[] {
  const items = [...original];
  for (let count = random(10); count >= 0; count -= 1) {
    items.splice(random(items.length + 1), random(12), ...list(random, choices, random(10)));
  }
  if (random(4) === 0) items.push(...items.splice(0, random(items.length + 1)));
  return items;
}
