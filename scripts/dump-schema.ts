import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../src/db/connect.ts';
import { migrate } from '../src/db/migrate.ts';
import { migrationsFolder } from '../src/package-root.ts';
import { startEmbedded } from '../src/postgres/embedded.ts';
import { dumpSchema } from './schema/schema-text.ts';

/** Writes migrations/schema.sql from the migrations, on a server that exists for this only. */
async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'mendloop-schema-'));
  const server = await startEmbedded({ home, durable: false, log: { info: () => undefined } });
  try {
    await using connection = connect({ url: server.url, max: 1, applicationName: 'dump-schema' });
    await migrate(connection.db);
    await writeFile(join(migrationsFolder(), 'schema.sql'), await dumpSchema(connection.db));
  } finally {
    await server.stop();
    await rm(home, { recursive: true });
  }
}

await main();
