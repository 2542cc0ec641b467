import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Client, type Pool, type PoolClient } from 'pg';
import { translateDatabaseError } from './database-error.ts';

/** The pool as kysely sees it: every failure passes {@link translateDatabaseError}, so no caller meets pg's own. */
export function translatingPool(pool: Pool): PostgresPool {
  const known = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    Client,
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch(rethrow);
      const wrapped = known.get(client) ?? translatingClient(client);
      known.set(client, wrapped);
      return wrapped;
    },
  };
}

/** kysely knows a connection by its client object, hence one wrapper for each client. */
function translatingClient(client: PoolClient): PostgresPoolClient {
  const run = client.query as (...args: unknown[]) => Promise<unknown>;
  const query = (...args: unknown[]): Promise<unknown> => run.apply(client, args).catch(rethrow);
  return Object.assign(Object.create(client) as PostgresPoolClient, { query });
}

function rethrow(error: unknown): never {
  throw translateDatabaseError(error);
}
