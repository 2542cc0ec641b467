/** The App as it is registered at GitHub. */
export interface AppFacts {
  /** Null where GitHub does not say: the App's address ends in it, and its login is `SLUG[bot]`. */
  readonly slug: string | null;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** An installation as GitHub describes it now. */
export interface InstallationFacts {
  readonly account_login: string;
  readonly account_type: string;
  readonly suspended: boolean;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

export interface InstalledRepository {
  readonly repository_id: number;
  readonly full_name: string;
  readonly private: boolean;
  readonly default_branch: string;
}

export interface RememberedDelivery {
  readonly id: number;
  readonly guid: string;
  readonly delivered_at: string;
}

/** What GitHub says of the App, without content of repositories. Every method may throw a typed `github_*` error. */
export interface AppPort {
  self(): Promise<AppFacts>;
  installations(): Promise<InstallationFacts[]>;
  /** Null when the installation is gone. */
  installation(installation_id: number): Promise<InstallationFacts | null>;
  repositories(installation_id: number): Promise<InstalledRepository[]>;
  /** Deliveries that GitHub remembers (three days), newest first, back to `since`. */
  deliveries(since: Date): Promise<RememberedDelivery[]>;
  redeliver(delivery_id: number): Promise<void>;
}
