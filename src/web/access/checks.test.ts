import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formToken, isFormToken } from './form-token.ts';
import { isLoopbackRequest, isSameOrigin } from './origin.ts';
import { signedCookie } from './session.ts';

describe('loopback', () => {
  it.each(['127.0.0.1:3000', 'localhost', 'LOCALHOST:80', '[::1]:3000'])('is meant by %s', (host) => {
    expect(isLoopbackRequest(new Headers({ host }), '127.0.0.1')).toBe(true);
  });

  it.each(['localhost.example.com', '127.0.0.1.example.com', '127.0.0.1:3000, example.com', '', '0.0.0.0'])(
    'is not meant by %j',
    (host) => {
      expect(isLoopbackRequest(new Headers({ host }), '127.0.0.1')).toBe(false);
    },
  );

  it.each([undefined, '', '10.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.example.com'])(
    'is not the socket %j',
    (address) => {
      expect(isLoopbackRequest(new Headers({ host: 'localhost' }), address)).toBe(false);
    },
  );
});

describe('the same origin', () => {
  const own = 'https://mendloop.example.com';

  it('is what the browser says it is', () => {
    expect(isSameOrigin(new Headers({ origin: own, 'sec-fetch-site': 'same-origin' }), own)).toBe(true);
    expect(isSameOrigin(new Headers({ origin: own }), own)).toBe(true);
    expect(isSameOrigin(new Headers({ 'sec-fetch-site': 'none' }), own)).toBe(false);
    expect(isSameOrigin(new Headers(), own)).toBe(false);
    expect(
      isSameOrigin(new Headers({ origin: `${own}.evil.com`, 'sec-fetch-site': 'same-origin' }), own),
    ).toBe(false);
  });
});

describe('a signed cookie', () => {
  const key = 'k'.repeat(32);

  /** A server whose `/write` sets the cookie and whose `/read` answers with what it reads. */
  function server(name: string, ownKey = key) {
    const cookie = signedCookie(name, ownKey, z.string(), { secure: false, maxAgeSeconds: 60 });
    return new Hono()
      .get('/write', async (c) => {
        await cookie.write(c, 'text · ü; a=b');
        return c.body(null);
      })
      .get('/read', async (c) => c.json(await cookie.read(c)));
  }

  async function written(name: string): Promise<string> {
    const [line = ''] = (await server(name).request('/write')).headers.getSetCookie();
    return line.slice(name.length + 1, line.indexOf(';'));
  }

  async function read(name: string, value: string, ownKey = key): Promise<unknown> {
    const response = await server(name, ownKey).request('/read', { headers: { cookie: `${name}=${value}` } });
    return response.json();
  }

  it('gives back what was signed', async () => {
    expect(await read('session', await written('session'))).toBe('text · ü; a=b');
  });

  it('holds for its key, its name and its text only', async () => {
    const value = await written('session');
    expect(await read('session', value, 'other')).toBeNull();
    expect(await read('sign_in', value)).toBeNull();
    expect(await read('session', `x${value}`)).toBeNull();
    for (const broken of ['', '.', 'a.b', `${value}.`, value.slice(0, -2), '%', `${value}%00`]) {
      expect(await read('session', broken)).toBeNull();
    }
  });
});

it('a token ties a form to its session', () => {
  const key = 'k'.repeat(32);
  expect(isFormToken(key, 'one', formToken(key, 'one'))).toBe(true);
  expect(isFormToken(key, 'two', formToken(key, 'one'))).toBe(false);
  expect(isFormToken(key, 'one', '')).toBe(false);
});
