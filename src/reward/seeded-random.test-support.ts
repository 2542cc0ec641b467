import type { Random } from './hacks/random.ts';

export { type Random, randomFrom as seededRandom } from './hacks/random.ts';

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random(choices.length)] as T;
}
