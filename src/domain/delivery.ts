/** The events that the App subscribes to (`app.yml`); each is about one repository. */
export const subscribedEvents = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'repository',
] as const;

/** The events that GitHub sends to every App. */
export const alwaysSentEvents = [
  'installation',
  'installation_repositories',
  'installation_target',
  'github_app_authorization',
  'ping',
  'meta',
] as const;

export type RoutedEvent = (typeof subscribedEvents)[number] | (typeof alwaysSentEvents)[number];

/** The events that stages route. `repository` changes the repository itself, which intake alone does. */
export type RepositoryEvent = Exclude<(typeof subscribedEvents)[number], 'repository'>;

/** What routing needs of a delivery: numbers, hashes and flags, never text of a repository. */
export interface DeliverySubject {
  readonly is_pull: boolean;
  /** Number of the issue or pull request. */
  readonly number: number | null;
  readonly merged: boolean;
  readonly head_shas: readonly string[];
  readonly removed_repositories: readonly number[];
  /** Whether the App itself caused the event. */
  readonly own: boolean;
}

/** A delivery about a repository on which the App is installed. */
export interface RepositoryDelivery {
  readonly event: RepositoryEvent;
  readonly action: string | null;
  readonly installation_id: number;
  readonly repository_id: number;
  readonly subject: DeliverySubject;
}

/** Why nothing follows from a delivery. The dashboard has a sentence for each. */
export const ignoreReasons = [
  'own_event',
  'unknown_event',
  'event_not_used',
  'action_not_used',
  'no_installation',
  'not_installed',
  'consent',
  'no_number',
] as const;
export type IgnoreReason = (typeof ignoreReasons)[number];
