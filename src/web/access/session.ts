import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { z } from 'zod';
import { readSigned, sign } from './signed.ts';

export const sessionSeconds = 8 * 3600;

const stored = z.object({ id: z.string(), until: z.number() });

/** One signed cookie, readable by the server alone. */
export interface SignedCookie<T> {
  /** Null when it is absent or not signed by us. */
  read(c: Context): T | null;
  write(c: Context, value: T): void;
  clear(c: Context): void;
}

/** `secure`: the browser sends it over TLS only, and to no other host of the same domain. */
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

export function signedCookie<T>(
  name: string,
  key: string,
  schema: z.ZodType<T>,
  options: { readonly secure: boolean; readonly maxAgeSeconds: number },
): SignedCookie<T> {
  const settings = cookieOptions(options.secure, options.maxAgeSeconds);
  return {
    read(c) {
      const text = options.secure ? getCookie(c, name, 'host') : getCookie(c, name);
      const plain = text === undefined ? null : readSigned(key, name, text);
      return plain === null ? null : (schema.safeParse(JSON.parse(plain)).data ?? null);
    },
    write: (c, value) => setCookie(c, name, sign(key, name, JSON.stringify(value)), settings),
    clear: (c) => {
      deleteCookie(c, name, settings);
    },
  };
}

/** The cookie that names a browser session; its lifetime is in it, so that a copied cookie ends too. */
export interface Sessions {
  /** The session's id, or null without one that still holds. */
  current(c: Context, now: Date): string | null;
  /** Starts a session under a new id, so that an id known before signing in is worth nothing after. */
  start(c: Context, now: Date): string;
  end(c: Context): void;
}

export function createSessions(key: string, secure: boolean): Sessions {
  const cookie = signedCookie('mendloop_session', key, stored, { secure, maxAgeSeconds: sessionSeconds });
  return {
    current(c, now) {
      const session = cookie.read(c);
      return session !== null && session.until > now.getTime() ? session.id : null;
    },
    start(c, now) {
      const id = randomBytes(24).toString('base64url');
      cookie.write(c, { id, until: now.getTime() + sessionSeconds * 1000 });
      return id;
    },
    end: (c) => cookie.clear(c),
  };
}
