import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { diffChanges } from '../../src/reward/change/changes.ts';

/** One real patch beside the developers' own. */
export interface Prediction {
  readonly issue: string;
  readonly system: string;
  readonly isResolved: boolean;
  readonly isEmpty: boolean;
  readonly predicted: string;
  readonly oracle: string;
}

interface Row {
  readonly instance_id: string;
  readonly system: string;
  readonly resolved: boolean;
  readonly empty: boolean;
  readonly model_patch: string;
  readonly gold_patch: string;
}

export function readPredictions(data: string): Prediction[] {
  return readLines<Row>(join(data, 'predictions', 'pairs.jsonl.gz')).map((row) => ({
    issue: row.instance_id,
    system: row.system,
    isResolved: row.resolved,
    isEmpty: row.empty,
    predicted: row.model_patch,
    oracle: row.gold_patch,
  }));
}

export function readLines<Line>(file: string): Line[] {
  const text = gunzipSync(readFileSync(file)).toString('utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as Line);
}

/** The changes of both sides, read once for all the scores that are tried. */
export function changesOf({ predicted, oracle }: Prediction) {
  return { predicted: diffChanges([predicted]), oracle: diffChanges([oracle]) };
}
