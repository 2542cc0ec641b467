import { type ErrorCode, isMendloopError, MendloopError } from '../domain/errors.ts';

interface HttpFailure {
  readonly status: number;
  readonly response?: { readonly headers?: Headers };
}

function isHttpFailure(error: unknown): error is HttpFailure {
  return error instanceof Error && typeof (error as { status?: unknown }).status === 'number';
}

/** GraphQL answers 200 and reports the failure in the body. */
interface GraphqlFailure {
  readonly errors: readonly { readonly type?: string }[];
  readonly headers?: Headers;
}

function isGraphqlFailure(error: unknown): error is GraphqlFailure {
  return error instanceof Error && Array.isArray((error as { errors?: unknown }).errors);
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/** Seconds until a limit resets: `Retry-After`, else `X-RateLimit-Reset`, else one minute as GitHub advises. */
function secondsToReset(headers: Headers, now: Date): number {
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after) && after > 0) return Math.ceil(after);
  const reset = Number(headers['x-ratelimit-reset']);
  if (Number.isFinite(reset) && reset > 0) return Math.max(1, Math.ceil(reset - now.getTime() / 1000) + 1);
  return 60;
}

function isRateLimit(status: number, headers: Headers): boolean {
  if (status === 429) return true;
  return (
    status === 403 && (headers['retry-after'] !== undefined || Number(headers['x-ratelimit-remaining']) === 0)
  );
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'github_invalid',
  401: 'github_unauthorized',
  403: 'github_forbidden',
  404: 'github_not_found',
  410: 'github_gone',
  422: 'github_invalid',
  451: 'github_forbidden',
};

const graphqlCodes: Readonly<Record<string, ErrorCode>> = {
  NOT_FOUND: 'github_not_found',
  FORBIDDEN: 'github_forbidden',
  INSUFFICIENT_SCOPES: 'github_forbidden',
};

function rateLimited(what: string, headers: Headers, now: Date, cause: unknown): MendloopError {
  const retryAfterSeconds = secondsToReset(headers, now);
  return new MendloopError('github_rate_limited', `${what}: rate limit`, { cause, retryAfterSeconds });
}

function translateGraphql(error: GraphqlFailure, what: string, now: Date): MendloopError {
  const types = error.errors.map(({ type }) => type ?? '');
  if (types.includes('RATE_LIMITED')) return rateLimited(what, error.headers ?? {}, now, error);
  const type = types.find((candidate) => Object.hasOwn(graphqlCodes, candidate)) ?? '';
  const code = graphqlCodes[type] ?? 'github_unavailable';
  return new MendloopError(code, `${what}: refused by GraphQL`, { cause: error });
}

/** Translates the errors of octokit and fetch. `what` names the operation and holds no content. */
export function translateGitHubError(error: unknown, what: string, now: Date = new Date()): MendloopError {
  if (isMendloopError(error)) return error;
  if (!isHttpFailure(error)) {
    if (isGraphqlFailure(error)) return translateGraphql(error, what, now);
    const nested = error instanceof Error ? error.cause : undefined;
    if (isMendloopError(nested)) return nested;
    return new MendloopError('github_unavailable', `${what}: no answer`, { cause: error });
  }
  const headers = error.response?.headers ?? {};
  if (isMendloopError((error as { cause?: unknown }).cause))
    return (error as { cause?: unknown }).cause as MendloopError;
  if (isRateLimit(error.status, headers)) return rateLimited(what, headers, now, error);
  const code = codes[error.status] ?? 'github_unavailable';
  return new MendloopError(code, `${what}: status ${error.status}`, { cause: error });
}
