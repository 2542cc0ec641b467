import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './place.ts';
import { type PostmasterFile, readPostmasterFile } from './postmaster-file.ts';
import { processState } from './process-state.ts';

/** What stands in a data folder: no server, one that starts or stops or is a zombie (look again), or one that is ready. */
export type Existing =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'dead' }
  | { readonly kind: 'ready'; readonly run: PostmasterFile };

/**
 * A file whose pid belongs to another program is a leftover that PostgreSQL itself would take for a live server when
 * both run as one account; it is removed.
 */
export async function findExisting(place: Place): Promise<Existing> {
  const run = await readPostmasterFile(place.data);
  if (run === null) return { kind: 'none' };
  const state = await processState(run.pid);
  if (state === 'postgres') return run.ready ? { kind: 'ready', run } : { kind: 'busy' };
  if (state === 'zombie') return { kind: 'dead' };
  if (state === 'other') await rm(join(place.data, 'postmaster.pid'), { force: true });
  return { kind: 'none' };
}
