import type { Config } from '../../config/config.ts';

export interface EngineAnswer {
  readonly version: string;
  readonly storageDriver: string;
}

export interface Granted {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

export interface GrantedInstallation extends Granted {
  readonly account: string;
  readonly suspended: boolean;
}

/** GitHub as the App sees itself; every method may throw a typed error. */
export interface AppPort extends AsyncDisposable {
  /** What the App is registered with. */
  self(): Promise<Granted & { readonly slug: string }>;
  installations(): Promise<GrantedInstallation[]>;
}

/** What the doctor asks of the world outside the database. */
export interface DoctorPorts {
  gitVersion(): Promise<string>;
  engine(): Promise<EngineAnswer>;
  /** Null without credentials. */
  openApp(config: Config): AppPort | null;
  /** Asks one address, and no other host; status and the server's clock, null where it did not say. */
  probe(url: string): Promise<{ readonly status: number; readonly date: Date | null }>;
}
