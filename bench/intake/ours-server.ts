import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { readConfig } from '../../src/config/config.ts';
import { connect } from '../../src/db/connect.ts';
import { startServerRole } from '../../src/main/server.ts';
import { createLog } from '../../src/telemetry/log.ts';

// The product's own server role, with its inbox, router and job queue; only the dashboard is left out.
const config = readConfig();
const databaseUrl = config.databaseUrl ?? '';
const connection = connect({ url: databaseUrl, max: 10, applicationName: 'bench' });
const server = await startServerRole({
  config,
  db: connection.db,
  databaseUrl,
  dashboard: () => new Hono(),
  ownLogin: () => null,
  log: createLog('error'),
});
process.send?.({ port: Number(new URL(server.url).port) } satisfies Pick<AddressInfo, 'port'>);
process.on('disconnect', () => process.exit(0));
