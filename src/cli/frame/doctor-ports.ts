import type { Config } from '../../config/config.ts';
import type { AppPort } from '../../domain/ports/github-app.ts';

export interface EngineAnswer {
  readonly version: string;
  readonly storageDriver: string;
}

/** What the doctor asks outside of the database. */
export interface DoctorPorts {
  gitVersion(): Promise<string>;
  engine(): Promise<EngineAnswer>;
  /** Null without credentials. */
  openApp(config: Config): (AppPort & AsyncDisposable) | null;
  /** Requests one address without following redirects to other hosts. Returns the status and the server's clock, null if it sent none. */
  probe(url: string): Promise<{ readonly status: number; readonly date: Date | null }>;
}
