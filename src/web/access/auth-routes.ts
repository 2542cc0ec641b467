import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { isMendloopError } from '../../domain/errors.ts';
import { errorFields, type Log } from '../../telemetry/log.ts';
import type { WebApp, WebEnvironment } from '../environment.ts';
import type { Grants } from './grants.ts';
import { refuse } from './refusal.ts';
import { signedCookie, type Sessions } from './session.ts';
import type { Access } from './sign-in.ts';

export interface AuthOptions {
  readonly access: Extract<Access, { mode: 'oauth' }>;
  readonly sessions: Sessions;
  readonly grants: Grants;
  readonly log: Log;
  readonly now: () => Date;
}

const stateSeconds = 600;
const stateSchema = z.object({ state: z.string(), back: z.string(), until: z.number() });

/** Only a path of this server: `//host` and `/\host` would lead away. */
function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/';
}

/** GitHub's web flow: out with a state that this browser alone holds, back with a code. */
export function authRoutes({ access, sessions, grants, log, now }: AuthOptions): WebApp {
  const app = new Hono<WebEnvironment>();
  const redirectUri = `${access.publicUrl}/auth/callback`;
  const secure = access.publicUrl.startsWith('https:');
  const options = { secure, maxAgeSeconds: stateSeconds };
  const pending = signedCookie('mendloop_sign_in', access.sessionSecret, stateSchema, options);

  app.get('/auth/github', async (c) => {
    const state = randomBytes(24).toString('base64url');
    const until = now().getTime() + stateSeconds * 1000;
    await pending.write(c, { state, back: ownPath(c.req.query('back')), until });
    return c.redirect(access.github.authorizeUrl(state, redirectUri));
  });

  app.get('/auth/callback', async (c) => {
    const expected = await pending.read(c);
    pending.clear(c);
    const { code, state } = c.req.query();
    const known = expected !== null && expected.until > now().getTime() && expected.state === state;
    if (!known || code === undefined) return refuse(c, 'sign_in_failed', '/auth/github');
    try {
      const signedIn = await access.github.signIn(code, redirectUri);
      grants.keep(await sessions.start(c, now()), signedIn, now());
      return c.redirect(expected.back);
    } catch (error) {
      if (!isMendloopError(error)) throw error;
      log.warn(errorFields(error), 'sign-in failed');
      return refuse(c, 'sign_in_failed', '/auth/github');
    }
  });
  return app;
}
