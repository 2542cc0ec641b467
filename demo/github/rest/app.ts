import type { Hono } from 'hono';
import { z } from 'zod';
import { configureWebhook } from '../actions/apps.ts';
import { ApiError, notFound } from '../auth/api-error.ts';
import { mint } from '../auth/mint.ts';
import type { Core } from '../core.ts';
import type { ApiContext, ApiEnvironment } from '../http/context.ts';
import { paginate } from '../http/pagination.ts';
import { reply } from '../http/reply.ts';
import { appShape, installationShape } from '../shapes/installation.ts';
import { iso, type JsonObject } from '../shapes/json.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { lookUpRepository, installationsCovering } from '../state/store.ts';
import type { GitHubApp, Installation, InstallationToken } from '../state/types.ts';

const mintSchema = z.object({
  permissions: z.record(z.string(), z.string()).optional(),
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
});

const hookSchema = z.object({ url: z.string().optional(), secret: z.string().optional() });

/** Routes that an app calls as itself, with its JWT. */
export function appRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/app', (c) => {
    const app = signedApp(c);
    return reply(core, c, appShape(core.urls, app, installationsOf(core, app).length));
  });
  api.get('/app/installations', (c) => {
    const page = paginate(c, installationsOf(core, signedApp(c)));
    return reply(
      core,
      c,
      page.map((installation) => installationShape(core.urls, core.store, installation)),
    );
  });
  api.get('/app/installations/:id', (c) => {
    const installation = installationFor(core, c, signedApp(c));
    return reply(core, c, installationShape(core.urls, core.store, installation));
  });
  api.post('/app/installations/:id/access_tokens', (c) => {
    const installation = installationFor(core, c, signedApp(c));
    const request = mintSchema.safeParse(c.var.body ?? {});
    if (!request.success) throw new ApiError(422, 'Invalid request.');
    const { permissions, repositories, repository_ids } = request.data;
    const asked = {
      ...(permissions === undefined ? {} : { permissions }),
      ...(repositories === undefined ? {} : { repositories }),
      ...(repository_ids === undefined ? {} : { repository_ids }),
    };
    return reply(
      core,
      c,
      tokenShape(core, installation, mint(core, installation, asked, c.var.record.job)),
      201,
    );
  });
  api.get('/repos/:owner/:repo/installation', (c) => {
    const app = signedApp(c);
    const repository = lookUpRepository(core.store, `${c.req.param('owner')}/${c.req.param('repo')}`);
    if (repository === undefined) throw notFound();
    const installation = installationsCovering(core.store, repository).find(
      (found) => found.appId === app.id,
    );
    if (installation === undefined) throw notFound();
    return reply(core, c, installationShape(core.urls, core.store, installation));
  });
  hookRoutes(core, api);
}

function hookRoutes(core: Core, api: Hono<ApiEnvironment>): void {
  api.get('/app/hook/config', (c) => reply(core, c, hookShape(signedApp(c))));
  api.patch('/app/hook/config', (c) => {
    const app = signedApp(c);
    const config = hookSchema.safeParse(c.var.body ?? {});
    if (!config.success) throw new ApiError(422, 'Invalid request.');
    const { url, secret } = config.data;
    configureWebhook(core, {
      appId: app.id,
      ...(url === undefined ? {} : { url }),
      ...(secret === undefined ? {} : { secret }),
    });
    return reply(core, c, hookShape(app));
  });
}

/** Throws 401 for anyone but an app. */
export function signedApp(c: ApiContext): GitHubApp {
  const { caller, record } = c.var;
  record.needed.push('app');
  if (caller.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded');
  return caller.app;
}

function installationsOf(core: Core, app: GitHubApp): Installation[] {
  return [...core.store.installations.values()].filter(
    (installation) => installation.appId === app.id && !installation.deleted,
  );
}

function installationFor(core: Core, c: ApiContext, app: GitHubApp): Installation {
  const id = Number(c.req.param('id'));
  const installation = installationsOf(core, app).find((candidate) => candidate.id === id);
  if (installation === undefined) throw notFound();
  return installation;
}

function tokenShape(core: Core, installation: Installation, token: InstallationToken): JsonObject {
  const common = {
    token: token.token,
    expires_at: iso(token.expiresAt),
    permissions: { ...token.permissions },
    repository_selection: token.repositoryIds === null ? installation.selection : 'selected',
  };
  if (token.repositoryIds === null) return common;
  const chosen = [...token.repositoryIds].map((id) => core.store.repositories.get(id));
  const repositories = chosen.filter((repository) => repository !== undefined);
  return {
    ...common,
    repositories: repositories.map((repository) => repositoryShape(core.urls, repository)),
  };
}

function hookShape(app: GitHubApp): JsonObject {
  return { content_type: 'json', insecure_ssl: '0', secret: '********', url: app.hook.url ?? '' };
}
