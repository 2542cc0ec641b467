import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

type Control = 'cancel' | 'stop_after_step';

/** Asks the driver of a round for something; it looks at these files several times a second. */
export async function writeControl(roundFolder: string, name: Control, at: Date): Promise<void> {
  const folder = path.join(roundFolder, 'control');
  const unfinished = path.join(folder, `.${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(unfinished, `${JSON.stringify({ at: at.toISOString() })}\n`);
  await rename(unfinished, path.join(folder, `${name}.json`));
}

/** A new attempt begins without the wishes that ended the one before. */
export async function clearControl(roundFolder: string): Promise<void> {
  await rm(path.join(roundFolder, 'control'), { recursive: true, force: true });
}
