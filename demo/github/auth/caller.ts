import type { Store } from '../state/store.ts';
import type { Account, GitHubApp, Installation, InstallationToken, UserToken } from '../state/types.ts';
import { ApiError, badCredentials } from './api-error.ts';
import { isJwt, verifyAppJwt } from './app-jwt.ts';

/** Who sends a request. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'app'; readonly app: GitHubApp }
  | { readonly kind: 'installation'; readonly token: InstallationToken; readonly installation: Installation }
  | { readonly kind: 'user'; readonly token: UserToken; readonly account: Account };

/** Reads an `Authorization` header. Throws 401 for anything unknown or expired, 403 for a suspended installation. */
export function identify(store: Store, header: string | null, now: Date): Caller {
  if (header === null || header === '') return { kind: 'anonymous' };
  const token = tokenIn(header);
  if (token === null) throw badCredentials();
  if (isJwt(token)) return { kind: 'app', app: verifyAppJwt(store, token, now) };
  return installationCaller(store, token, now) ?? userCaller(store, token, now);
}

function installationCaller(store: Store, text: string, now: Date): Caller | null {
  const token = store.installationTokens.get(text);
  if (token === undefined) return null;
  const installation = store.installations.get(token.installationId);
  if (installation === undefined || installation.deleted || token.expiresAt <= now) throw badCredentials();
  if (installation.suspendedAt !== null) throw new ApiError(403, 'This installation has been suspended');
  return { kind: 'installation', token, installation };
}

function userCaller(store: Store, text: string, now: Date): Caller {
  const token = store.userTokens.get(text);
  if (token === undefined || token.expiresAt <= now || token.account.deleted) throw badCredentials();
  return { kind: 'user', token, account: token.account };
}

/** `Bearer T`, `token T`, or Basic with the token as the password (git) or as the user name. */
function tokenIn(header: string): string | null {
  const [scheme = '', value = ''] = header.split(/\s+/, 2);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const password = pair.slice(pair.indexOf(':') + 1);
  return password === '' || password === 'x-oauth-basic' ? pair.slice(0, pair.indexOf(':')) : password;
}
