import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { createStore } from '../state/store.ts';
import type { GitHubApp } from '../state/types.ts';
import { verifyAppJwt } from './app-jwt.ts';

const now = new Date('2024-01-01T00:00:00Z');
const seconds = now.getTime() / 1000;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const store = createStore();
store.apps.set(7, { id: 7, clientId: 'Iv23x', publicKey: keys.publicKey } as GitHubApp);

function jwt(claims: Record<string, unknown>, key: KeyObject = keys.privateKey, alg = 'RS256'): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${encode({ alg, typ: 'JWT' })}.${encode({ iat: seconds, exp: seconds + 600, iss: 7, ...claims })}`;
  return `${body}.${createSign('RSA-SHA256').update(body).sign(key, 'base64url')}`;
}

test('a fresh token names its app by id or by client id', () => {
  expect(verifyAppJwt(store, jwt({}), now).id).toBe(7);
  expect(verifyAppJwt(store, jwt({ iss: 'Iv23x' }), now).id).toBe(7);
});

test.each([
  ['an expired token', jwt({ exp: seconds - 1 })],
  ['a token that lives too long', jwt({ exp: seconds + 3_600 })],
  ['a token from the future', jwt({ iat: seconds + 300 })],
  ['a token without times', jwt({ iat: 'now' })],
  ['a token signed by another key', jwt({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)],
  ['a token with another algorithm', jwt({}, keys.privateKey, 'none')],
  ['text that is no token', 'a.b.c'],
])('%s is refused with 401', (_, token) => {
  expect(() => verifyAppJwt(store, token, now)).toThrowError(expect.objectContaining({ status: 401 }));
});
