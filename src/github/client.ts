import { Octokit } from 'octokit';
import { z } from 'zod';
import { isMendloopError, MendloopError } from '../domain/errors.ts';
import type { GitHubHosts } from './hosts.ts';
import { lockedFetch } from './locked-fetch.ts';
import { pages } from './pages.ts';
import { translateGitHubError } from './translate.ts';
import { assertDeclared } from './writes.ts';

const requestTimeoutMs = 30_000;

export interface GitHubClientOptions {
  readonly hosts: GitHubHosts;
  /** Called for each request; the broker caches tokens. */
  readonly token: () => Promise<string>;
  /**
   * The kind of job that sends, or the part of the App. It decides what may be written (`writes.ts`), and stands in the
   * `X-Mendloop-Job` header, so that an audit can tell requests apart.
   */
  readonly purpose: string;
  readonly signal?: AbortSignal;
}

/** An authenticated client: it parses answers by a schema and throws `github_*` errors. */
export interface GitHubClient {
  get<T>(what: string, route: string, parameters: Record<string, unknown>, schema: z.ZodType<T>): Promise<T>;
  /** As `get`; returns null when GitHub answers 404 or 410. */
  find<T>(
    what: string,
    route: string,
    parameters: Record<string, unknown>,
    schema: z.ZodType<T>,
  ): Promise<T | null>;
  /** All pages of a list, or the pages up to the first one for which `enough` is true. */
  list<T>(
    what: string,
    route: string,
    parameters: Record<string, unknown>,
    schema: z.ZodType<T>,
    enough?: (page: readonly T[]) => boolean,
  ): Promise<T[]>;
  graphql<T>(
    what: string,
    query: string,
    variables: Record<string, unknown>,
    schema: z.ZodType<T>,
  ): Promise<T>;
  post(what: string, route: string, parameters: Record<string, unknown>): Promise<void>;
}

function octokitFor({ hosts, purpose, signal }: GitHubClientOptions, token: string): Octokit {
  const fetch = lockedFetch(new URL(hosts.api).origin, { timeoutMs: requestTimeoutMs });
  const octokit = new Octokit({
    auth: token,
    baseUrl: hosts.api,
    userAgent: 'mendloop',
    request: { fetch, ...(signal ? { signal } : {}), headers: { 'x-mendloop-job': purpose } },
    // The job queue retries and waits: a job that sleeps in a plug-in would hold its repository's lease.
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  octokit.hook.before('request', (request) => assertDeclared(purpose, request));
  return octokit;
}

function parse<T>(what: string, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new MendloopError('github_unavailable', `${what}: answer not understood at "${field}"`);
}

const absent = new Set(['github_not_found', 'github_gone']);

export function createGitHubClient(options: GitHubClientOptions): GitHubClient {
  const headers = { 'x-mendloop-job': options.purpose };

  async function attempt<T>(what: string, call: (octokit: Octokit) => Promise<T>): Promise<T> {
    try {
      return await call(octokitFor(options, await options.token()));
    } catch (error) {
      options.signal?.throwIfAborted();
      throw translateGitHubError(error, what);
    }
  }

  return {
    async get(what, route, parameters, schema) {
      const response = await attempt(what, (octokit) => octokit.request(route, { ...parameters, headers }));
      return parse(what, schema, response.data);
    },
    async find(what, route, parameters, schema) {
      try {
        return await this.get(what, route, parameters, schema);
      } catch (error) {
        if (isMendloopError(error) && absent.has(error.code)) return null;
        throw error;
      }
    },
    async list(what, route, parameters, schema, enough = () => false) {
      return attempt(what, async (octokit) => {
        const all = [];
        for await (const items of pages(octokit, route, { per_page: 100, ...parameters, headers })) {
          const page = parse(what, z.array(schema), items);
          all.push(...page);
          if (enough(page)) break;
        }
        return all;
      });
    },
    async graphql(what, query, variables, schema) {
      const data = await attempt(what, (octokit) => octokit.graphql(query, { ...variables, headers }));
      return parse(what, schema, data);
    },
    async post(what, route, parameters) {
      await attempt(what, (octokit) => octokit.request(route, { ...parameters, headers }));
    },
  };
}
