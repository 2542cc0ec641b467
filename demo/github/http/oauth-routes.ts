import { Hono } from 'hono';
import { createOAuth } from '../auth/oauth.ts';
import type { Core } from '../core.ts';
import type { ApiEnvironment } from './context.ts';

/** The web flow: whoever asks is signed in at once, as `?login=` or the configured login. */
export function oauthRoutes(core: Core): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  const oauth = createOAuth(core);
  app.get('/login/oauth/authorize', (c) => {
    const target = oauth.authorize(new URL(c.req.url).searchParams);
    return target === null ? c.text('Not Found', 404) : c.redirect(target.href, 302);
  });
  app.post('/login/oauth/access_token', async (c) => {
    const answer = oauth.exchange(await readForm(c.req.raw));
    const wantsJson = (c.req.header('accept') ?? '').includes('json');
    return wantsJson ? c.json(answer) : c.body(new URLSearchParams(answer).toString());
  });
  return app;
}

async function readForm(request: Request): Promise<URLSearchParams> {
  const url = new URL(request.url);
  const text = await request.text();
  const form = new URLSearchParams(url.search);
  const json = (request.headers.get('content-type') ?? '').includes('json');
  const pairs = json
    ? Object.entries(JSON.parse(text) as Record<string, unknown>)
    : [...new URLSearchParams(text)];
  for (const [name, value] of pairs) if (typeof value === 'string') form.set(name, value);
  return form;
}
