import { compareCodePoints } from '../../diff/python-strings.ts';
import { throwIfCancelled } from '../../domain/cancellation.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import type { Changes } from '../change/changes.ts';
import { dice, featuresOf } from '../change/features.ts';
import type { Features } from '../change/features.ts';
import { placeDice } from '../change/place.ts';
import { weights, weights as shipped } from './weights.ts';
import type { Weights } from './weights.ts';

export interface Comparison {
  /** 0..1. */
  readonly change: number;
  /** One value per path in the union, in code point order. */
  readonly perFile: readonly (readonly [path: string, similarity: number])[];
}

/** The mean over the oracle's files; where neither side changes anything, they agree. */
export function compareChanges(predicted: Changes, oracle: Changes, cancellation?: Cancellation): Comparison {
  const paths = [...new Set([...predicted.keys(), ...oracle.keys()])].sort(compareCodePoints);
  const perFile: [string, number][] = [];
  let sum = 0;
  let weight = 0;
  for (const path of paths) {
    throwIfCancelled(cancellation);
    const [one, other] = [predicted.get(path), oracle.get(path)];
    const both = one !== undefined && other !== undefined;
    const similarity = both ? compareFeatures(featuresOf(path, one), featuresOf(path, other)) : 0;
    perFile.push([path, similarity]);
    sum += similarity;
    weight += other === undefined ? weights.strayFile : 1;
  }
  return { change: weight === 0 ? 1 : sum / weight, perFile };
}

/**
 * How near the change of a file comes to the oracle's, 0..1, and 1 for the oracle's own. It never falls when a further
 * block of the oracle is applied to a part of them, and rises with each.
 */
export function compareFeatures(predicted: Features, oracle: Features, weights: Weights = shipped): number {
  const exact = dice(predicted.blocks, oracle.blocks);
  const place = placeDice(predicted.place, oracle.place);
  if (exact === 1 && place === 1) return 1;
  const [text, exactShare] =
    oracle.fresh.size > 0
      ? [codeAgreement(predicted, oracle, weights), weights.exactShare]
      : [plainAgreement(predicted, oracle), weights.exactShareWithoutCode];
  const nearness = 1 - weights.placeShare + weights.placeShare * place;
  return nearness * ((1 - exactShare) * text + exactShare * exact);
}

/**
 * The mean of the added tokens' and the net pairs' agreement, which is much for any edit of the right line, by what the
 * change brings new: an edit that brings nothing new earns nothing, one that brings something else the floor.
 */
function codeAgreement(predicted: Features, oracle: Features, weights: Weights): number {
  if (predicted.fresh.size === 0) return 0;
  const { addedShare, floor } = weights;
  const added = dice(predicted.added, oracle.added);
  const near = addedShare * added + (1 - addedShare) * dice(predicted.net, oracle.net);
  return near * (floor + (1 - floor) * dice(predicted.fresh, oracle.fresh));
}

/** For an oracle that brings no new code: deletions, or only comments and white space. */
function plainAgreement(predicted: Features, oracle: Features): number {
  return oracle.net.size > 0 ? dice(predicted.net, oracle.net) : dice(predicted.lines, oracle.lines);
}
