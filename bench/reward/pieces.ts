import { predictionPieces } from './prediction-pieces.ts';
import { releasePieces } from './release-pieces.ts';

/** The patch of one file on both sides, as the paper's reward compares it. */
export interface Piece {
  /** Pieces of the same origin are never joined into one pair. */
  readonly origin: string;
  readonly predicted: string;
  readonly oracle: string;
}

/** Real diffs: predictions below `MENDLOOP_DATA` where that is set, else diffs between npm releases. */
export async function realPieces(): Promise<{ readonly source: string; readonly pieces: readonly Piece[] }> {
  const folder = process.env['MENDLOOP_DATA'];
  if (folder === undefined) return { source: 'npm releases', pieces: await releasePieces() };
  return { source: 'predictions', pieces: predictionPieces(folder) };
}
