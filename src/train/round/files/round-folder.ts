import type { RoundFiles } from '../../../domain/round-files.ts';

/** Where a round directory is written before it gets its name, see `writeDirectory`. */
export function unfinishedFolder(round_id: string): string {
  return `.${round_id}`;
}

/** Removes the directory of a round that will not be trained with what lies there, finished or not. */
export async function removeRoundFolder(files: RoundFiles, round_id: string): Promise<void> {
  await files.remove(round_id);
  await files.remove(unfinishedFolder(round_id));
}
