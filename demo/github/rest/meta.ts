import type { Hono } from 'hono';
import type { Core } from '../core.ts';
import type { ApiEnvironment } from '../http/context.ts';
import type { Meter } from '../http/rate-limit.ts';
import { reply } from '../http/reply.ts';

/** What the server says of itself. Neither route counts against the limit. */
export function metaRoutes(core: Core, api: Hono<ApiEnvironment>, meter: Meter): void {
  api.get('/meta', (c) =>
    reply(core, c, { verifiable_password_authentication: false, installed_version: '3.17.0' }),
  );
  api.get('/rate_limit', (c) => {
    const budget = { ...meter.look(c.var.caller) };
    return reply(core, c, { resources: { core: budget, graphql: budget, search: budget }, rate: budget });
  });
}
