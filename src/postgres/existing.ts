import type { Place } from './paths.ts';
import { processState } from './process-state.ts';
import { type PostmasterFile, readPostmasterFile } from './server-state.ts';

/** What stands in a data folder: no server, one that starts or stops, the remains of a dead one, or one that is ready. */
export type Existing =
  | { readonly kind: 'none' | 'busy' }
  | { readonly kind: 'dead' | 'ready'; readonly run: PostmasterFile };

export async function findExisting(place: Place): Promise<Existing> {
  const run = await readPostmasterFile(place.data);
  if (run === null) return { kind: 'none' };
  const state = await processState(run.pid);
  if (state === 'postgres') return run.ready ? { kind: 'ready', run } : { kind: 'busy' };
  if (state === 'gone') return { kind: 'none' };
  return { kind: 'dead', run };
}
