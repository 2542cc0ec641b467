/** GitHub permissions by their API name. */
export type PermissionName = 'contents' | 'issues' | 'metadata' | 'pull_requests';
export type PermissionLevel = 'read' | 'write';
export type Permissions<Level extends PermissionLevel = PermissionLevel> = Readonly<
  Partial<Record<PermissionName, Level>>
>;

/** What the token broker hands out to one kind of job, or to one part of the App. */
export interface TokenGrant<Level extends PermissionLevel = PermissionLevel> {
  /** What an installation token may do, in one repository; null: the kind never gets one. */
  readonly installation: Permissions<Level> | null;
  /** Whether the kind may speak as the App itself: deliveries and installations, no content of repositories. */
  readonly asApp: boolean;
}

/** Grants by kind. The broker refuses every kind that is not among them. */
export type TokenGrants = Readonly<Record<string, TokenGrant>>;
