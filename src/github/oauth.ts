import { z } from 'zod';
import { isMendloopError, MendloopError } from '../domain/errors.ts';
import { createGitHubClient, type GitHubClient } from './client.ts';
import type { GitHubHosts } from './hosts.ts';
import { lockedFetch } from './locked-fetch.ts';

const timeoutMs = 15_000;

export interface OAuthOptions {
  readonly hosts: GitHubHosts;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A signed-in person with their role in each repository of the App's installations that they can read. */
export interface SignedInPerson {
  readonly login: string;
  readonly roles: ReadonlyMap<number, 'read' | 'admin'>;
}

/** GitHub's web flow for a GitHub App. */
export interface OAuth {
  /** The page to which a browser is sent; GitHub sends it back to `redirectUri` with a code and `state`. */
  authorizeUrl(state: string, redirectUri: string): string;
  /**
   * Exchanges the code for a token, reads the person's roles, and keeps no token.
   * Throws `github_unauthorized` for a code that is wrong, used or too old.
   */
  signIn(code: string, redirectUri: string): Promise<SignedInPerson>;
}

const tokenSchema = z.object({ access_token: z.string() });
const userSchema = z.object({ login: z.string() });
const installationSchema = z.object({ id: z.number() });
const repositorySchema = z.object({
  id: z.number(),
  permissions: z.object({ pull: z.boolean().optional(), admin: z.boolean().optional() }).optional(),
});

/** GitHub answers 200 with an `error` field for a code that it does not accept. */
async function exchange(options: OAuthOptions, code: string, redirectUri: string): Promise<string> {
  const { hosts, clientId, clientSecret } = options;
  const send = lockedFetch(new URL(hosts.web).origin, { timeoutMs });
  const response = await send(`${hosts.web}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: redirectUri,
    }),
  });
  if (response.status >= 500)
    throw new MendloopError('github_unavailable', `signing in: status ${response.status}`);
  const parsed = tokenSchema.safeParse(await response.json());
  if (parsed.success) return parsed.data.access_token;
  throw new MendloopError('github_unauthorized', 'signing in: GitHub did not accept the code');
}

async function tokenFor(options: OAuthOptions, code: string, redirectUri: string): Promise<string> {
  try {
    return await exchange(options, code, redirectUri);
  } catch (error) {
    if (isMendloopError(error)) throw error;
    throw new MendloopError('github_unavailable', 'signing in: no answer', { cause: error });
  }
}

async function rolesOf(client: GitHubClient): Promise<Map<number, 'read' | 'admin'>> {
  const roles = new Map<number, 'read' | 'admin'>();
  const installations = await client.list(
    'own installations',
    'GET /user/installations',
    {},
    installationSchema,
  );
  for (const { id } of installations) {
    const route = 'GET /user/installations/{installation_id}/repositories';
    const repositories = await client.list(
      'own repositories',
      route,
      { installation_id: id },
      repositorySchema,
    );
    for (const { id: repositoryId, permissions } of repositories) {
      if (permissions?.pull) roles.set(repositoryId, permissions.admin ? 'admin' : 'read');
    }
  }
  return roles;
}

export function createOAuth(options: OAuthOptions): OAuth {
  const { hosts, clientId } = options;
  return {
    authorizeUrl(state, redirectUri) {
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        allow_signup: 'false',
      });
      return `${hosts.web}/login/oauth/authorize?${query}`;
    },
    async signIn(code, redirectUri) {
      const token = await tokenFor(options, code, redirectUri);
      const client = createGitHubClient({ hosts, token: async () => token, purpose: 'sign-in' });
      const { login } = await client.get('own account', 'GET /user', {}, userSchema);
      return { login, roles: await rolesOf(client) };
    },
  };
}
