import type { Kysely } from 'kysely';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../db/tables.ts';
import type { JobAdmin } from '../../jobs/admin.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Log } from '../../telemetry/log.ts';
import type { RoundDeps } from '../../train/round/deps.ts';
import type { ClusterServices } from '../cluster/services.ts';
import type { DoctorPorts } from '../doctor/ports.ts';

export interface RunRequest {
  readonly config: Config;
  readonly log: Log;
  readonly roles: readonly ('server' | 'worker')[];
  /** Brings the schema up to date first; otherwise a pending migration is refused. */
  readonly migrate: boolean;
}

export interface RunningRoles {
  /** Address of the dashboard; null where no server runs. */
  readonly url: string | null;
  stop(): Promise<void>;
}

export interface OpenQueue extends AsyncDisposable {
  readonly queue: JobQueue;
  readonly admin: JobAdmin;
}

export interface RoundsRequest {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly onProgress: (message: string) => void;
}

/** What the commands need of the adapters, put together in `main`. */
export interface Services {
  run(request: RunRequest): Promise<RunningRoles>;
  /** Runs Mendloop's migrations, then those of the queue. Returns the names of Mendloop's that ran. */
  migrate(db: Kysely<Database>, databaseUrl: string, log: Log): Promise<readonly string[]>;
  openQueue(db: Kysely<Database>, databaseUrl: string, log: Log): Promise<OpenQueue>;
  readonly doctorPorts: DoctorPorts;
  rounds(request: RoundsRequest): RoundDeps;
  clusters(config: Config): ClusterServices;
}
