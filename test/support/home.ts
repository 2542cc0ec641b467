import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedOptions } from '../../src/postgres/bring-up.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/embedded.ts';

export const silentLog = { info: () => undefined };

/** `TEST_POSTGRES_BIN`: a folder with `initdb` and `postgres`, to run the tests on another version. */
export function testBinaries(): Pick<EmbeddedOptions, 'bin'> {
  const bin = process.env['TEST_POSTGRES_BIN'];
  return bin === undefined ? {} : { bin };
}

export interface TemporaryHome extends AsyncDisposable {
  readonly home: string;
  /** The embedded server of this home; stopped with the home. */
  start(options?: Partial<EmbeddedOptions>): Promise<EmbeddedServer>;
}

/** A MENDLOOP_HOME that is removed, and its server stopped, when it is disposed. */
export async function temporaryHome(under: string = tmpdir()): Promise<TemporaryHome> {
  const home = await mkdtemp(join(under, `mendloop-test-${process.pid}-`));
  let last: EmbeddedServer | undefined;
  return {
    home,
    async start(options = {}) {
      last = await startEmbedded({ home, log: silentLog, ...testBinaries(), ...options });
      return last;
    },
    async [Symbol.asyncDispose]() {
      await last?.stop();
      await rm(home, { recursive: true });
    },
  };
}
