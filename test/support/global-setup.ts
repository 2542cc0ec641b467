import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../../src/db/connect.ts';
import { migrateAll } from '../../src/main/wiring/queue.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/embedded.ts';
import { serverPaths } from '../../src/postgres/paths.ts';
import { readRun } from '../../src/postgres/server-state.ts';
import { stopServer } from '../../src/postgres/stop.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { databaseUrlOf, templateName } from './database.ts';
import { silentLog, testBinaries } from './home.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database `mendloop` of the run's server, as superuser. */
    databaseUrl: string;
  }
}

/** One server for the run, without fsync, and in it a migrated template that each test file copies. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const home = await mkdtemp(join(tmpdir(), `mendloop-test-${process.pid}-`));
  const server = await startTestServer(home);
  await makeTemplate(server.url);
  project.provide('databaseUrl', server.url);
  return async () => {
    await server.stop();
    await rm(home, { recursive: true });
  };
}

function startTestServer(home: string): Promise<EmbeddedServer> {
  return startEmbedded({ home, durable: false, log: silentLog, ...testBinaries() });
}

async function makeTemplate(url: string): Promise<void> {
  await using admin = connect({ url, max: 1, applicationName: 'global setup' });
  await admin.pool.query(`create database ${templateName}`);
  const templateUrl = databaseUrlOf(url, templateName);
  await using template = connect({ url: templateUrl, max: 1, applicationName: 'global setup' });
  await migrateAll(template.db, templateUrl, createLog('silent'));
}

/** A run that was killed leaves its server, which outlives it by design, or a folder that is half removed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^mendloop-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const home = join(tmpdir(), name);
    const { data } = serverPaths(home);
    const server = await readRun(data);
    if (server !== null) await stopServer(data, server);
    await rm(home, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
