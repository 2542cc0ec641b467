import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { MendloopError } from '../../domain/errors.ts';

const overrides = z.record(z.string(), z.unknown());

/** A JSON object of engine keys; null where no file is named. Throws `input_invalid`. */
export async function readOverrides(file: string | null): Promise<Record<string, unknown> | null> {
  if (file === null) return null;
  try {
    return overrides.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new MendloopError('input_invalid', 'the file of --overrides is no JSON object that can be read', {
      cause,
    });
  }
}
