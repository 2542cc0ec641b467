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
  /** One similarity for each path of both sides, in code point order. */
  readonly perFile: readonly (readonly [path: string, similarity: number])[];
}

/** The mean similarity over the oracle's files, with a small weight for other files; 1 where neither side changes a file. */
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
 * The similarity of a file's change to the oracle's, 0..1; 1 for the oracle's own change. Applying one more block of the
 * oracle always raises it.
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
 * The agreement of added tokens and of net pairs, which is high for any edit of the right line, scaled by the agreement of
 * fresh pairs: an edit without fresh pairs earns nothing, an edit with other fresh pairs earns the floor.
 */
function codeAgreement(predicted: Features, oracle: Features, weights: Weights): number {
  if (predicted.fresh.size === 0) return 0;
  const { addedShare, floor } = weights;
  const added = dice(predicted.added, oracle.added);
  const near = addedShare * added + (1 - addedShare) * dice(predicted.net, oracle.net);
  return near * (floor + (1 - floor) * dice(predicted.fresh, oracle.fresh));
}

/** The agreement with an oracle that adds no new code: deletions, or comments and white space only. */
function plainAgreement(predicted: Features, oracle: Features): number {
  return oracle.net.size > 0 ? dice(predicted.net, oracle.net) : dice(predicted.lines, oracle.lines);
}
