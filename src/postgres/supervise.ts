import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Log, errorFields } from '../telemetry/log.ts';
import { startEmbedded } from './embedded.ts';
import { findExisting } from './existing.ts';
import type { EmbeddedOptions } from './options.ts';
import { placeIn } from './paths.ts';

export interface SuperviseOptions extends EmbeddedOptions {
  /** The port of the first start: kept, so that pools find the server again. */
  readonly port: number;
  /** How often to look whether it lives; a look reads two small files. */
  readonly everyMs: number;
  /** Abort it before stopping the server. */
  readonly signal: AbortSignal;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/**
 * Starts the server again whenever it has died, be it killed or out of disk, until the signal. Any number of
 * processes may do so for one home. A start that fails is logged by its code and tried again.
 */
export async function superviseEmbedded(options: SuperviseOptions): Promise<void> {
  const { everyMs, signal, log } = options;
  const place = placeIn(resolve(options.home));
  while (!signal.aborted) {
    const { kind } = await findExisting(place);
    if (kind === 'none' || kind === 'dead') {
      log.warn({}, 'embedded database has ended');
      await startEmbedded(options).catch((error: unknown) =>
        log.warn(errorFields(error), 'embedded database could not be started'),
      );
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
