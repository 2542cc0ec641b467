import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { MendloopError } from '../../domain/errors.ts';
import type { TokenGrants } from '../../domain/permissions.ts';
import { lockedFetch } from '../locked-fetch.ts';
import { translateGitHubError } from '../translate.ts';
import type { Token, TokenBroker, TokenRequest } from './protocol.ts';
import { appJwt } from './sign.ts';

const answerSchema = z.object({ token: z.string(), expires_at: z.string() });

/** Life of an App JWT that leaves the broker. */
const appTokenSeconds = 120;
/** A cached installation token is returned only while it stays valid for this much longer. */
const spareMs = 10 * 60_000;

export interface MintOptions {
  readonly appId: string;
  readonly key: KeyObject;
  readonly apiUrl: string;
  readonly grants: TokenGrants;
  readonly now: () => number;
}

class HttpStatusError extends Error {
  readonly status: number;
  readonly response: { readonly headers: Record<string, string> };
  constructor(response: Response) {
    super(`status ${response.status}`);
    this.status = response.status;
    this.response = { headers: Object.fromEntries(response.headers) };
  }
}

async function mint(options: MintOptions, request: TokenRequest & { want: 'installation' }): Promise<Token> {
  const grant = options.grants[request.kind];
  if (!grant?.installation)
    throw new MendloopError('permission_undeclared', `${request.kind} declares no token`);
  const { apiUrl, appId, key, now } = options;
  const send = lockedFetch(new URL(apiUrl).origin, { timeoutMs: 30_000 });
  const what = 'create an installation token';
  try {
    const response = await send(`${apiUrl}/app/installations/${request.installation_id}/access_tokens`, {
      method: 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${appJwt(appId, key, Math.floor(now() / 1000), 60)}`,
        'content-type': 'application/json',
        'user-agent': 'mendloop',
        'x-mendloop-job': request.kind,
      },
      body: JSON.stringify({
        ...(request.repository_id === null ? {} : { repository_ids: [request.repository_id] }),
        permissions: grant.installation,
      }),
    });
    if (!response.ok) throw new HttpStatusError(response);
    const answer = answerSchema.parse(await response.json());
    return { token: answer.token, expiresAt: Date.parse(answer.expires_at) };
  } catch (error) {
    throw refusal(translateGitHubError(error, what));
  }
}

/** GitHub answers 422 when the installation lacks a permission or the repository. */
function refusal(error: MendloopError): MendloopError {
  if (error.code !== 'github_invalid') return error;
  const message = 'create an installation token: the installation lacks a permission or the repository';
  return new MendloopError('github_forbidden', message, { cause: error });
}

/** The broker, which runs in the process that has the key. See docs/adr/0022-own-token-minting.md. */
export function createMint(options: MintOptions): TokenBroker {
  const cache = new Map<string, Token>();
  return {
    async token(request) {
      const { kind } = request;
      const grant = Object.hasOwn(options.grants, kind) ? options.grants[kind] : undefined;
      if (!grant) throw new MendloopError('permission_undeclared', 'unknown kind');
      const now = options.now();
      if (request.want === 'app') {
        if (!grant.asApp) {
          throw new MendloopError('permission_undeclared', `${kind} may not speak as the App`);
        }
        const token = appJwt(options.appId, options.key, Math.floor(now / 1000), appTokenSeconds);
        return { token, expiresAt: now + appTokenSeconds * 1000 };
      }
      const cacheKey = `${kind}/${request.installation_id}/${request.repository_id}`;
      const cached = cache.get(cacheKey);
      if (cached && cached.expiresAt - now > spareMs) return cached;
      const token = await mint(options, request);
      cache.set(cacheKey, token);
      return token;
    },
  };
}
