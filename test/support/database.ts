import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type Connection, connect } from '../../src/db/connect.ts';

/** Migrated once per run. */
export const templateName = 'mendloop_template';

export interface TestDatabase extends Connection {
  readonly url: string;
}

/** A migrated database of its own: copied from the template in about 50 ms, dropped when disposed. */
export function testDatabase(): Promise<TestDatabase> {
  return createDatabase(templateName);
}

/** A database without any table. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(`create database ${name} template ${template}`);
  const url = databaseUrlOf(inject('databaseUrl'), name);
  const connection = connect({ url, max: 10, applicationName: 'test' });
  const dispose = async (): Promise<void> => {
    await connection[Symbol.asyncDispose]();
    await asAdmin(`drop database ${name} with (force)`);
  };
  return { ...connection, url, [Symbol.asyncDispose]: dispose };
}

/** The same server, another database. */
export function databaseUrlOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function asAdmin(statement: string): Promise<void> {
  await using admin = connect({ url: inject('databaseUrl'), max: 1, applicationName: 'test admin' });
  await admin.pool.query(statement);
}
