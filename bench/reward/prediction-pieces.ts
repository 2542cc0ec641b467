import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { diffPatches } from '../../src/diff/file-patches.ts';
import type { Piece } from './pieces.ts';

interface Prediction {
  readonly instance_id: string;
  readonly model_patch: string;
  readonly gold_patch: string;
}

/** What each prediction and the developers changed in the same file. */
export function predictionPieces(folder: string): Piece[] {
  const packed = readFileSync(path.join(folder, 'predictions', 'pairs.jsonl.gz'));
  const lines = gunzipSync(packed).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').flatMap((line) => piecesOf(JSON.parse(line) as Prediction));
}

function piecesOf({ instance_id: origin, model_patch, gold_patch }: Prediction): Piece[] {
  const predictions = diffPatches([model_patch]);
  const pieces: Piece[] = [];
  for (const [file, oracle] of diffPatches([gold_patch])) {
    const predicted = predictions.get(file);
    if (predicted !== undefined) pieces.push({ origin, predicted, oracle });
  }
  return pieces;
}
