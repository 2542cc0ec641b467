import { createHmac, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { z } from 'zod';

const sessionSeconds = 8 * 3600;

const sessionSchema = z.object({ id: z.string(), until: z.number() });

/** One signed cookie, readable by the server alone. */
export interface SignedCookie<T> {
  /** Null when the cookie is absent, or its signature is not ours. */
  read(c: Context): Promise<T | null>;
  write(c: Context, value: T): Promise<void>;
  clear(c: Context): void;
}

/** `secure`: the browser sends the cookie over TLS only, and to no other host of the same domain. */
function cookieOptions(secure: boolean, maxAge: number): CookieOptions {
  return {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    secure,
    maxAge,
    ...(secure ? { prefix: 'host' as const } : {}),
  };
}

/** Hono signs the value without the cookie's name: under one key, the value of one cookie would hold in another. */
function keyOf(cookieName: string, key: string): Buffer<ArrayBuffer> {
  return createHmac('sha256', key).update(`cookie\n${cookieName}`).digest();
}

export function signedCookie<T>(
  name: string,
  key: string,
  schema: z.ZodType<T>,
  options: { readonly secure: boolean; readonly maxAgeSeconds: number },
): SignedCookie<T> {
  const settings = cookieOptions(options.secure, options.maxAgeSeconds);
  const ownKey = keyOf(name, key);
  return {
    async read(c) {
      const text = await getSignedCookie(c, ownKey, name, options.secure ? 'host' : undefined);
      if (text === undefined || text === false) return null;
      return schema.safeParse(JSON.parse(text)).data ?? null;
    },
    write: (c, value) => setSignedCookie(c, name, JSON.stringify(value), ownKey, settings),
    clear: (c) => {
      deleteCookie(c, name, settings);
    },
  };
}

/** The cookie that names a browser session. The cookie's value holds its end, so that a copied cookie ends too. */
export interface Sessions {
  /** The session's id; null without a session that is still valid. */
  current(c: Context, now: Date): Promise<string | null>;
  /** Starts a session under a new id: an id that was known before the sign-in is worth nothing after it. */
  start(c: Context, now: Date): Promise<string>;
  end(c: Context): void;
}

export function createSessions(key: string, secure: boolean): Sessions {
  const cookie = signedCookie('mendloop_session', key, sessionSchema, {
    secure,
    maxAgeSeconds: sessionSeconds,
  });
  return {
    async current(c, now) {
      const session = await cookie.read(c);
      return session !== null && session.until > now.getTime() ? session.id : null;
    },
    async start(c, now) {
      const id = randomBytes(24).toString('base64url');
      await cookie.write(c, { id, until: now.getTime() + sessionSeconds * 1000 });
      return id;
    },
    end: (c) => cookie.clear(c),
  };
}
