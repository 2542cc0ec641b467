import { createHash } from 'node:crypto';
import type { Core } from '../core.ts';
import { accountOf } from '../state/store.ts';
import type { Account, GitHubApp, UserToken } from '../state/types.ts';

/** Handed out by the OAuth page, taken once for a user's token. */
interface Code {
  readonly appId: number;
  readonly account: Account;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly expiresAt: Date;
}

export interface OAuth {
  /** Where to send the browser: the app's callback with a code, or `null` for an app or address that is not known. */
  readonly authorize: (query: URLSearchParams) => URL | null;
  /** The answer of the token endpoint; GitHub reports errors with status 200. */
  readonly exchange: (form: URLSearchParams) => Record<string, string>;
}

const codeLifeMilliseconds = 600_000;
const tokenLifeMilliseconds = 8 * 3_600_000;

export function createOAuth(core: Core): OAuth {
  const codes = new Map<string, Code>();
  return {
    authorize: (query) => authorize(core, codes, query),
    exchange: (form) => exchange(core, codes, form),
  };
}

function authorize(core: Core, codes: Map<string, Code>, query: URLSearchParams): URL | null {
  const app = appWithClientId(core, query.get('client_id'));
  const login = query.get('login') ?? core.oauthLogin;
  const redirectUri = query.get('redirect_uri') ?? app?.callbackUrl ?? null;
  if (app === undefined || login === null || redirectUri === null) return null;
  if (app.callbackUrl !== null && !redirectUri.startsWith(app.callbackUrl)) return null;
  const code = core.random.token(20);
  const account = accountOf(core.store, login, 'User', core.now());
  const expiresAt = new Date(core.now().getTime() + codeLifeMilliseconds);
  codes.set(code, { appId: app.id, account, redirectUri, challenge: query.get('code_challenge'), expiresAt });
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return target;
}

function exchange(core: Core, codes: Map<string, Code>, form: URLSearchParams): Record<string, string> {
  const app = appWithClientId(core, form.get('client_id'));
  if (app === undefined || form.get('client_secret') !== app.clientSecret) {
    return failed('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.');
  }
  const key = form.get('code') ?? '';
  const code = codes.get(key);
  codes.delete(key);
  if (code === undefined || code.appId !== app.id || code.expiresAt <= core.now() || !proves(code, form)) {
    return failed('bad_verification_code', 'The code passed is incorrect or expired.');
  }
  const redirectUri = form.get('redirect_uri');
  if (redirectUri !== null && redirectUri !== code.redirectUri) {
    return failed(
      'redirect_uri_mismatch',
      'The redirect_uri MUST match the registered callback URL for this application.',
    );
  }
  const token = userToken(core, app, code.account);
  return {
    access_token: token.token,
    token_type: 'bearer',
    scope: '',
    expires_in: String(tokenLifeMilliseconds / 1000),
  };
}

function userToken(core: Core, app: GitHubApp, account: Account): UserToken {
  const expiresAt = new Date(core.now().getTime() + tokenLifeMilliseconds);
  const token: UserToken = { token: `ghu_${core.random.token(36)}`, appId: app.id, account, expiresAt };
  core.store.userTokens.set(token.token, token);
  return token;
}

function proves(code: Code, form: URLSearchParams): boolean {
  if (code.challenge === null) return true;
  const verifier = form.get('code_verifier') ?? '';
  return createHash('sha256').update(verifier).digest('base64url') === code.challenge;
}

function appWithClientId(core: Core, clientId: string | null): GitHubApp | undefined {
  return [...core.store.apps.values()].find((app) => app.clientId === clientId);
}

function failed(error: string, description: string): Record<string, string> {
  return { error, error_description: description };
}
