import { compareCodePoints } from '../../diff/code-points.ts';
import { throwIfCancelled } from '../../domain/cancellation.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import type { Changes } from '../change/changes.ts';
import { featuresOf } from '../change/features.ts';
import { compareFeatures } from './compare-features.ts';
import { weights } from './weights.ts';

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
