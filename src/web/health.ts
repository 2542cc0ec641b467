import { Hono } from 'hono';
import { isMendloopError } from '../domain/errors.ts';
import { errorFields } from '../telemetry/log.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from './page/environment.ts';

/** `/healthz`: the process answers. `/readyz`: it can serve, or a code that says why not. Open to everyone. */
export function healthRoutes({ ready, log }: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    try {
      await ready();
      return c.json({ status: 'ready' });
    } catch (error) {
      log.warn(errorFields(error), 'not ready');
      return c.json({ status: 'not ready', code: isMendloopError(error) ? error.code : 'unexpected' }, 503);
    }
  });
  return app;
}
