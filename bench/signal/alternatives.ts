import type { Changes } from '../../src/reward/change/changes.ts';
import { dice, featuresOf } from '../../src/reward/change/features.ts';
import type { Features } from '../../src/reward/change/features.ts';
import { placeDice } from '../../src/reward/change/place.ts';
import { compareFeatures } from '../../src/reward/mendloop/compare-changes.ts';
import { weights } from '../../src/reward/mendloop/weights.ts';
import type { Weights } from '../../src/reward/mendloop/weights.ts';

/** A score of two changed versions of one file, 0..1. */
export interface Alternative {
  readonly name: string;
  readonly compare: (predicted: Features, oracle: Features) => number;
}

const added = (a: Features, b: Features): number => dice(a.added, b.added);
const net = (a: Features, b: Features): number => dice(a.net, b.net);
const fresh = (a: Features, b: Features): number => dice(a.fresh, b.fresh);
const place = (a: Features, b: Features): number => placeDice(a.place, b.place);

/** Other scores that were tried, simple to composite; docs/adr/0011-mendloop-1.md has the figures. */
export const alternatives: readonly Alternative[] = [
  { name: 'lines, verbatim', compare: (a, b) => dice(a.lines, b.lines) },
  { name: 'added tokens', compare: added },
  { name: 'net pairs', compare: net },
  { name: 'fresh pairs', compare: fresh },
  { name: 'place', compare: place },
  { name: 'mean of added, net, place', compare: (a, b) => (added(a, b) + net(a, b) + place(a, b)) / 3 },
  { name: 'net by place (like S)', compare: (a, b) => net(a, b) * (0.5 + 0.5 * place(a, b)) },
  { name: 'added by place', compare: (a, b) => added(a, b) * (0.5 + 0.5 * place(a, b)) },
  { name: 'fresh by place', compare: (a, b) => fresh(a, b) * (0.5 + 0.5 * place(a, b)) },
  { name: 'fresh squared by place', compare: (a, b) => fresh(a, b) ** 2 * (0.5 + 0.5 * place(a, b)) },
  {
    name: 'added by fresh by place',
    compare: (a, b) => added(a, b) * fresh(a, b) * (0.5 + 0.5 * place(a, b)),
  },
];

/** The shipped form with constants of a grid, from its middle, which is shipped, outwards. */
export const settings: readonly (Alternative & { readonly weights: Weights })[] = [0.5, 0.25, 0.75].flatMap(
  (addedShare) =>
    [0.05, 0.02, 0.1].flatMap((floor) =>
      [0.6, 0.4, 0.8].map((placeShare) => {
        const own = { ...weights, addedShare, floor, placeShare };
        return {
          name: `added ${addedShare}, floor ${floor}, place ${placeShare}`,
          weights: own,
          compare: (a: Features, b: Features) => compareFeatures(a, b, own),
        };
      }),
    ),
);

export type FeaturesByPath = ReadonlyMap<string, Features>;

export function featuresByPath(changes: Changes): FeaturesByPath {
  return new Map([...changes].map(([path, blocks]) => [path, featuresOf(path, blocks)]));
}

/** The mean over the files of the oracle, as the formula takes it. */
export function scoreBy(alternative: Alternative, predicted: FeaturesByPath, oracle: FeaturesByPath): number {
  let sum = 0;
  let weight = 0;
  for (const [path, features] of oracle) {
    const own = predicted.get(path);
    sum += own === undefined ? 0 : alternative.compare(own, features);
    weight += 1;
  }
  for (const path of predicted.keys()) weight += oracle.has(path) ? 0 : weights.strayFile;
  return weight === 0 ? 1 : sum / weight;
}
