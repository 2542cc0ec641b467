/** GitHub permissions by their API name. Collecting only ever reads. */
export type Permissions = Readonly<
  Partial<Record<'contents' | 'issues' | 'metadata' | 'pull_requests', 'read'>>
>;

/** Who asks for a token: a kind of job, or a part of the App that speaks for a signed-in person's request. */
export type TokenKind =
  | 'collect.pull'
  | 'collect.issue'
  | 'installation.sync'
  | 'deliveries.sweep'
  | 'own-login'
  | 'doctor';

interface TokenGrant {
  /** What an installation token of this kind may do, for its one repository; null: it never gets one. */
  readonly installation: Permissions | null;
  /** Whether the kind may speak as the App itself: deliveries and installations, no content of repositories. */
  readonly asApp: boolean;
}

/** What the token broker hands out, per kind. Whatever is not declared here is refused. */
export const tokenGrants: Readonly<Record<TokenKind, TokenGrant>> = {
  'collect.pull': {
    installation: { contents: 'read', issues: 'read', metadata: 'read', pull_requests: 'read' },
    asApp: false,
  },
  'collect.issue': { installation: { issues: 'read', metadata: 'read' }, asApp: false },
  'installation.sync': { installation: { metadata: 'read' }, asApp: true },
  'deliveries.sweep': { installation: null, asApp: true },
  'own-login': { installation: null, asApp: true },
  doctor: { installation: null, asApp: true },
};

export function isTokenKind(text: string): text is TokenKind {
  return Object.hasOwn(tokenGrants, text);
}
