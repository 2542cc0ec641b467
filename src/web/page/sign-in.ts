import type { RepositoryRole } from './visitor.ts';

export interface SignedIn {
  readonly login: string;
  /** Repositories of the App's installations that the person can read, with the role there. */
  readonly roles: ReadonlyMap<number, RepositoryRole>;
}

/** GitHub's web flow. The person's token lives no longer than `signIn` runs. */
export interface SignIn {
  /** Where a browser is sent to, to come back to `redirectUri` with a code and the same `state`. */
  authorizeUrl(state: string, redirectUri: string): string;
  /** Throws a typed `github_*` error; `github_unauthorized` for a code that GitHub does not accept. */
  signIn(code: string, redirectUri: string): Promise<SignedIn>;
}

/** Who may see the dashboard. */
export type Access =
  | { readonly mode: 'loopback' }
  | {
      readonly mode: 'oauth';
      readonly github: SignIn;
      /** At least 32 characters; signs cookies and form tokens. */
      readonly sessionSecret: string;
      /** Address at which people reach the server, without a trailing slash. */
      readonly publicUrl: string;
    };
