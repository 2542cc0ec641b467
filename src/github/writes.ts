import { MendloopError } from '../domain/errors.ts';

/** A request that changes something at GitHub, and the kind of job that may send it. */
export interface DeclaredWrite {
  readonly kind: string;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Template as GitHub documents it: `/repos/{owner}/{repo}/pulls`. */
  readonly route: string;
}

/** Every request that may write into a repository. Empty: no kind of job of this version writes. */
export const repositoryWrites: readonly DeclaredWrite[] = [];

/**
 * Requests that change something of the App, outside of repositories. Two more never pass the client: the broker mints
 * tokens by `POST /app/installations/{installation_id}/access_tokens`, and a person's sign-in exchanges a code.
 */
const appWrites: readonly DeclaredWrite[] = [
  { kind: 'deliveries.sweep', method: 'POST', route: '/app/hook/deliveries/{delivery_id}/attempts' },
];

/** A request as octokit sends it; `url` is the route's template, or an address of GitHub Enterprise for GraphQL. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly query?: unknown;
}

/** GraphQL sends reads by POST too; its mutations are writes, and none is declared. */
function isGraphqlRead({ method, url, query }: OutgoingRequest): boolean {
  const isGraphql = method === 'POST' && /(^|\/api)\/graphql$/.test(url);
  return isGraphql && typeof query === 'string' && /^\s*query\b/.test(query) && !/\bmutation\b/.test(query);
}

/** Throws `permission_undeclared` unless the request reads, or is declared above for this kind of job. */
export function assertDeclared(kind: string, request: OutgoingRequest): void {
  const { method, url } = request;
  if (method === 'GET' || method === 'HEAD' || isGraphqlRead(request)) return;
  const declared = [...repositoryWrites, ...appWrites].some(
    (write) => write.kind === kind && write.method === method && write.route === url,
  );
  if (!declared) throw new MendloopError('permission_undeclared', `${kind} may not send ${method} ${url}`);
}
