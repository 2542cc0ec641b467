import { verify } from 'node:crypto';
import type { Store } from '../state/store.ts';
import type { GitHubApp } from '../state/types.ts';
import { ApiError } from './api-error.ts';

interface Claims {
  readonly iss: string;
  readonly iat: number;
  readonly exp: number;
}

/** GitHub takes a clock that is up to a minute ahead. */
const skewSeconds = 60;
const longestLifeSeconds = 600;

export function isJwt(token: string): boolean {
  return token.split('.').length === 3;
}

/** The app that signed an RS256 token. Throws 401 with GitHub's reason. */
export function verifyAppJwt(store: Store, token: string, now: Date): GitHubApp {
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = parse(head);
  const claims = claimsOf(parse(body));
  if (header?.['alg'] !== 'RS256' || claims === null) throw refused('A JSON web token could not be decoded');
  checkTimes(claims, now.getTime() / 1000);
  const app = issuer(store, claims.iss);
  if (app === undefined) throw new ApiError(404, 'Integration not found');
  const signed = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    app.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw refused('A JSON web token could not be decoded');
  return app;
}

function checkTimes(claims: Claims, seconds: number): void {
  if (claims.exp <= seconds)
    throw refused(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (claims.exp > seconds + longestLifeSeconds + skewSeconds)
    throw refused("'Expiration time' claim ('exp') is too far in the future");
  if (claims.iat > seconds + skewSeconds)
    throw refused(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}

function issuer(store: Store, iss: string): GitHubApp | undefined {
  for (const app of store.apps.values()) if (String(app.id) === iss || app.clientId === iss) return app;
  return undefined;
}

function claimsOf(payload: Record<string, unknown> | null): Claims | null {
  const { iss, iat, exp } = payload ?? {};
  const named = typeof iss === 'string' || typeof iss === 'number';
  if (!named || typeof iat !== 'number' || typeof exp !== 'number') return null;
  return { iss: String(iss), iat, exp };
}

function parse(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Not JSON: not a token of ours. The caller answers 401.
    return null;
  }
}

function refused(message: string): ApiError {
  return new ApiError(401, message);
}
