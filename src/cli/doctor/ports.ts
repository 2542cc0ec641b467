import type { Config } from '../../config/config.ts';
import type { AppPort } from '../../domain/github-app.ts';

export interface EngineAnswer {
  readonly version: string;
  readonly storageDriver: string;
}

/** What the doctor asks of the world outside the database. */
export interface DoctorPorts {
  gitVersion(): Promise<string>;
  engine(): Promise<EngineAnswer>;
  /** Null without credentials. */
  openApp(config: Config): (AppPort & AsyncDisposable) | null;
  /** Asks one address, and no other host; status and the server's clock, null where it did not say. */
  probe(url: string): Promise<{ readonly status: number; readonly date: Date | null }>;
}
