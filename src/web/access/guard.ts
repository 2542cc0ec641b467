import { createMiddleware } from 'hono/factory';
import type { WebContext, WebEnvironment } from '../environment.ts';
import type { Visitor } from '../visitor.ts';
import { formToken, isFormToken } from './form-token.ts';
import type { Grants } from './grants.ts';
import { isLoopbackRequest, isSameOrigin } from './origin.ts';
import { refuse } from './refusal.ts';
import type { Sessions } from './session.ts';
import type { Access } from './sign-in.ts';

export interface GuardOptions {
  readonly access: Access;
  readonly sessions: Sessions;
  readonly grants: Grants;
  /** Signs form tokens. */
  readonly key: string;
  readonly now: () => Date;
}

interface Admitted {
  readonly visitor: Visitor;
  readonly sessionId: string;
}

const safeMethods = new Set(['GET', 'HEAD']);

export function remoteAddress(c: WebContext): string | undefined {
  return c.env?.incoming?.socket.remoteAddress;
}

async function admitLocal(c: WebContext, { sessions, now }: GuardOptions): Promise<Admitted | Response> {
  if (!isLoopbackRequest(c.req.raw.headers, remoteAddress(c))) return refuse(c, 'loopback_only');
  const sessionId = (await sessions.current(c, now())) ?? (await sessions.start(c, now()));
  return { visitor: { at: 'loopback' }, sessionId };
}

/** Where to go on after signing in: only a path of ours, and only of a page that is safe to open again. */
function signInPath(c: WebContext): string {
  const back = c.req.method === 'GET' ? new URL(c.req.url).pathname + new URL(c.req.url).search : '/';
  return `/auth/github?${new URLSearchParams({ back })}`;
}

async function admitSignedIn(
  c: WebContext,
  { sessions, grants, now }: GuardOptions,
): Promise<Admitted | Response> {
  const sessionId = await sessions.current(c, now());
  const grant = sessionId === null ? null : grants.find(sessionId, now());
  if (sessionId !== null && grant !== null) {
    return { visitor: { at: 'github', login: grant.login, roles: grant.roles }, sessionId };
  }
  if (c.req.header('hx-request') === 'true') return c.body(null, 401, { 'hx-refresh': 'true' });
  if (sessionId !== null && c.req.method === 'GET') return c.redirect(signInPath(c));
  return refuse(c, 'sign_in', signInPath(c));
}

/** The origin that browsers show for our pages. */
function ownOrigin(c: WebContext, access: Access): string {
  return access.mode === 'oauth' ? new URL(access.publicUrl).origin : `http://${c.req.header('host') ?? ''}`;
}

async function isOurForm(c: WebContext, sessionId: string, { access, key }: GuardOptions): Promise<boolean> {
  if (!isSameOrigin(c.req.raw.headers, ownOrigin(c, access))) return false;
  const form = await c.req.parseBody().catch(() => null);
  const token = form?.['form_token'];
  return typeof token === 'string' && isFormToken(key, sessionId, token);
}

/** Lets in whoever may see the dashboard, and changes only by forms of our own pages. */
export function guard(options: GuardOptions) {
  return createMiddleware<WebEnvironment>(async (c, next) => {
    const admit = options.access.mode === 'loopback' ? admitLocal : admitSignedIn;
    const admitted = await admit(c, options);
    if (admitted instanceof Response) return admitted;
    if (!safeMethods.has(c.req.method) && !(await isOurForm(c, admitted.sessionId, options))) {
      return refuse(c, 'foreign_form');
    }
    c.set('visitor', admitted.visitor);
    c.set('formToken', formToken(options.key, admitted.sessionId));
    return next();
  });
}
