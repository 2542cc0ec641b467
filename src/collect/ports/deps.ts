import type { Kysely } from 'kysely';
import type { CollectableRepository } from '../../consent/guard.ts';
import type { Database } from '../../db/tables.ts';
import type { CodeMirror, RepositoryReader } from '../../domain/ports/repository.ts';
import type { JobQueue } from '../../jobs/queue.ts';

/** GitHub and git as one job may see them. */
export interface RepositoryAccess {
  readonly reader: RepositoryReader;
  readonly mirror: () => Promise<CodeMirror>;
}

export interface CollectDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  /** Access with the permissions that the kind of job declares, and no others. */
  readonly access: (
    kind: 'collect.pull' | 'collect.issue',
    repository: CollectableRepository,
    signal: AbortSignal,
  ) => RepositoryAccess;
  /** Host of issue addresses in text. */
  readonly webHost: string;
  /** More `owner/name` that are never collected, beside the benchmarks'. */
  readonly denyRepositories: readonly string[];
}
