import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { MendloopError } from '../domain/errors.ts';
import { authRoutes } from './access/auth-routes.ts';
import { createGrants } from './access/grants.ts';
import { guard } from './access/guard.ts';
import { refuse } from './access/refusal.ts';
import { createSessions } from './access/session.ts';
import { assetRoutes } from './assets.ts';
import { checkpointsPage } from './checkpoints/list.ts';
import { consentListPage } from './consent/list.ts';
import { consentPage } from './consent/page.ts';
import { deliveriesPage } from './deliveries/list.ts';
import { deliveryPage } from './deliveries/page.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from './environment.ts';
import { healthRoutes } from './health.ts';
import { instancesPage } from './instances/list.ts';
import { instancePage } from './instances/page.ts';
import { jobsPage } from './jobs/page.ts';
import { metricsRoute } from './metrics.ts';
import { overviewPage } from './overview/page.ts';
import { failurePage } from './page/failure.ts';
import { rejectionsPage } from './rejections/list.ts';
import { roundEvents } from './rounds/events.ts';
import { roundsPage } from './rounds/list.ts';
import { roundPage } from './rounds/page.ts';
import { securityHeaders } from './security-headers.ts';

/** Forms are small; webhooks do not come this way. */
const maxFormBytes = 16 * 1024;

const pages = [
  overviewPage,
  instancesPage,
  instancePage,
  rejectionsPage,
  deliveriesPage,
  deliveryPage,
  roundsPage,
  roundPage,
  checkpointsPage,
  jobsPage,
  consentListPage,
  consentPage,
];

function mountAccess(app: WebApp, deps: DashboardDeps): void {
  const { access, now, log } = deps;
  const key = access.mode === 'oauth' ? access.sessionSecret : randomBytes(32).toString('hex');
  const sessions = createSessions(key, access.mode === 'oauth' && access.publicUrl.startsWith('https:'));
  const grants = createGrants();
  if (access.mode === 'oauth') app.route('/', authRoutes({ access, sessions, grants, log, now }));
  app.use('*', bodyLimit({ maxSize: maxFormBytes, onError: (c) => refuse(c, 'too_large') }));
  app.use('*', guard({ access, sessions, grants, key, now }));
  app.post('/sign-out', async (c) => {
    const session = await sessions.current(c, now());
    if (session !== null) grants.forget(session);
    sessions.end(c);
    return c.redirect('/', 303);
  });
}

/**
 * The dashboard, with `/healthz`, `/readyz` and `/metrics`. Health and style are open; every page passes the guard.
 * Mount it with node's request in the environment (`incoming`): without a socket nothing counts as loopback.
 */
export function createDashboard(deps: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.use('*', securityHeaders);
  app.route('/', healthRoutes(deps));
  app.route('/', metricsRoute(deps));
  app.route('/', assetRoutes());
  mountAccess(app, deps);
  for (const page of pages) app.route('/', page(deps));
  app.route('/', roundEvents(deps));
  app.notFound((c) => failurePage(deps, new MendloopError('not_found', 'There is no such page.'), c));
  app.onError((error, c) => failurePage(deps, error, c));
  return app;
}
