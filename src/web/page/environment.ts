import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { ConsentScope } from '../../domain/consent.ts';
import type { JobAdmin } from '../../jobs/admin.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Access } from './sign-in.ts';
import type { Visitor } from './visitor.ts';

export interface DashboardInfo {
  readonly version: string;
  /** Root of GitHub's pages, for links. */
  readonly githubWebUrl: string;
  /** What the operator should know, in whole sentences, shown on every page. */
  readonly warnings: readonly string[];
}

export interface DashboardDeps {
  readonly db: Kysely<Database>;
  readonly jobs: JobAdmin;
  /** Changes a repository's consent; throws typed errors. `actor` is a login, or the local operator. */
  readonly consent: (repositoryId: number, scope: ConsentScope, actor: string) => Promise<void>;
  /** Asks that a round ends; false where it has ended, or was asked before. Throws `not_found`. */
  readonly cancelRound: (roundId: string) => Promise<boolean>;
  readonly consentCap: ConsentScope;
  readonly access: Access;
  /** Resolves when the database answers and is migrated; rejects with a typed error otherwise. */
  readonly ready: () => Promise<void>;
  readonly log: Log;
  readonly now: () => Date;
  readonly info: DashboardInfo;
}

export interface WebEnvironment {
  /** Node's request, absent where a request did not come through a socket. */
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: {
    readonly visitor: Visitor;
    /** Sent back by every form. */
    readonly formToken: string;
  };
}

export type WebApp = Hono<WebEnvironment>;
export type WebContext = Context<WebEnvironment>;
