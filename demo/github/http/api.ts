import { Hono } from 'hono';
import { ApiError, notFound } from '../auth/api-error.ts';
import { identify } from '../auth/caller.ts';
import type { Core } from '../core.ts';
import { graphql } from '../graphql/handler.ts';
import { appRoutes } from '../rest/app.ts';
import { commitRoutes } from '../rest/commits.ts';
import { contentRoutes } from '../rest/contents.ts';
import { deliveryRoutes } from '../rest/deliveries.ts';
import { gitRoutes } from '../rest/git.ts';
import { installationRoutes } from '../rest/installation.ts';
import { issueRoutes } from '../rest/issues.ts';
import { metaRoutes } from '../rest/meta.ts';
import { pullRoutes } from '../rest/pulls.ts';
import { repositoryRoutes } from '../rest/repository.ts';
import { userRoutes } from '../rest/user.ts';
import { fullName } from '../state/store.ts';
import type { ApiContext, ApiEnvironment } from './context.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { createMeter, rateHeaders, type Meter } from './rate-limit.ts';
import { replyError } from './reply.ts';
import type { RequestRecord } from './request-log.ts';

const unmetered = new Set(['/rate_limit', '/meta']);

/** REST, GraphQL and the OAuth pages. `recordOf` finds the log entry of a request. */
export function createApi(core: Core, recordOf: (c: ApiContext) => RequestRecord): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  const meter = createMeter(core.hourlyLimit, core.now);
  app.use('/api/*', async (c, next) => {
    await admit(core, c, meter, recordOf(c));
    await next();
  });
  app.post('/api/graphql', (c) => graphql(core, c));
  app.route('/api/v3', restRoutes(core, meter));
  app.route('/', oauthRoutes(core));
  app.all('/api/v3/repositories/:id{[0-9]+}/*', (c) => byId(core, app, c));
  app.all('/api/v3/repositories/:id{[0-9]+}', (c) => byId(core, app, c));
  app.notFound(() => replyError(notFound()));
  app.onError((error) => {
    if (error instanceof ApiError) return replyError(error);
    console.error('loopback GitHub:', error);
    return replyError(new ApiError(500, 'Server Error'));
  });
  return app;
}

function restRoutes(core: Core, meter: Meter): Hono<ApiEnvironment> {
  const api = new Hono<ApiEnvironment>();
  metaRoutes(core, api, meter);
  appRoutes(core, api);
  deliveryRoutes(core, api);
  installationRoutes(core, api);
  userRoutes(core, api);
  repositoryRoutes(core, api);
  issueRoutes(core, api);
  pullRoutes(core, api);
  commitRoutes(core, api);
  gitRoutes(core, api);
  contentRoutes(core, api);
  return api;
}

/** Reads the body, finds out who calls and counts the request. */
async function admit(core: Core, c: ApiContext, meter: Meter, record: RequestRecord): Promise<void> {
  c.set('record', record);
  c.set('body', await readBody(c));
  core.contract?.request(c.req.method, c.req.path, new URL(c.req.url).searchParams, c.var.body);
  const caller = identify(core.store, c.req.header('authorization') ?? null, core.now());
  c.set('caller', caller);
  record.caller = caller.kind;
  if (caller.kind === 'installation') {
    record.installationId = caller.installation.id;
    record.permissions = caller.token.permissions;
  }
  const metered = !unmetered.has(c.req.path.replace('/api/v3', ''));
  const budget = metered ? meter.spend(caller) : meter.look(caller);
  const resource = record.kind === 'graphql' ? 'graphql' : 'core';
  for (const [name, value] of Object.entries(rateHeaders(budget, resource))) c.header(name, value);
  c.header('x-github-request-id', core.random.uuid());
  c.header('x-github-api-version-selected', '2022-11-28');
}

async function readBody(c: ApiContext): Promise<unknown> {
  const text = await c.req.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw Object.assign(new ApiError(400, 'Problems parsing JSON'), { cause });
  }
}

/** `/repositories/{id}/…` is where renamed and transferred repositories redirect to. */
async function byId(core: Core, app: Hono<ApiEnvironment>, c: ApiContext): Promise<Response> {
  const repository = core.store.repositories.get(Number(c.req.param('id')));
  if (repository === undefined) throw notFound();
  const url = new URL(c.req.url);
  url.pathname = url.pathname.replace(
    /^\/api\/v3\/repositories\/\d+/,
    `/api/v3/repos/${fullName(repository)}`,
  );
  const init: RequestInit = { method: c.req.method, headers: c.req.raw.headers };
  if (c.var.body !== undefined) init.body = JSON.stringify(c.var.body);
  return app.request(url.href, init, c.env);
}
