import type { Log } from '../telemetry/log.ts';

export interface EmbeddedOptions {
  /** Absolute path of MENDLOOP_HOME; made if missing. The server keeps `postgres/` and `postgres.log` in it. */
  readonly home: string;
  /** Fixed port; without one the port of the last start, or any free one. */
  readonly port?: number;
  /** False, for tests only: no fsync. */
  readonly durable?: boolean;
  /** Folder with `initdb` and `postgres` to use instead of those that are found. */
  readonly bin?: string;
  readonly log: Pick<Log, 'info'>;
}
