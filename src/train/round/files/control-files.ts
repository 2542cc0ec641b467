import type { RoundFiles } from '../../../domain/ports/round-files.ts';

type Control = 'cancel' | 'stop_after_step';

/** Asks the driver of a round for something; it looks at these files several times a second. */
export async function writeControl(
  files: RoundFiles,
  round_id: string,
  name: Control,
  at: Date,
): Promise<void> {
  await files.putWhole(`${round_id}/control/${name}.json`, `${JSON.stringify({ at: at.toISOString() })}\n`);
}

/** Removes the requests that ended an attempt, before the next one begins. */
export async function clearControl(files: RoundFiles, round_id: string): Promise<void> {
  await files.remove(`${round_id}/control`);
}
