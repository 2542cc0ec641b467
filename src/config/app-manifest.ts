import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { MendloopError } from '../domain/errors.ts';
import { packageRoot } from '../package-root.ts';

const manifestSchema = z.object({
  name: z.string(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});

/** Permissions and events of the App, from `app.yml` at the package's root. */
export type AppManifest = z.infer<typeof manifestSchema>;

/** Parses the text of `app.yml`. Throws `config_invalid`. */
export function parseAppManifest(text: string): AppManifest {
  try {
    return manifestSchema.parse(parse(text));
  } catch (error) {
    throw new MendloopError('config_invalid', 'app.yml is not an App manifest', { cause: error });
  }
}

export async function readAppManifest(): Promise<AppManifest> {
  return parseAppManifest(await readFile(join(packageRoot(), 'app.yml'), 'utf8'));
}
