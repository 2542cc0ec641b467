import { describe, expect, it } from 'vitest';
import { isLoopbackRequest } from './loopback.ts';
import { isSameOrigin } from './same-origin.ts';
import { formToken, isFormToken, readSigned, sign } from './signed.ts';

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
    expect(
      isSameOrigin(new Headers({ origin: `${own}.evil.com`, 'sec-fetch-site': 'same-origin' }), own),
    ).toBe(false);
  });
});

describe('a signature', () => {
  const key = 'k'.repeat(32);

  it('gives back what was signed', () => {
    expect(readSigned(key, 'session', sign(key, 'session', 'text · ü'))).toBe('text · ü');
  });

  it('holds for its key, its purpose and its text only', () => {
    const signed = sign(key, 'session', 'text');
    expect(readSigned('other', 'session', signed)).toBeNull();
    expect(readSigned(key, 'sign_in', signed)).toBeNull();
    expect(readSigned(key, 'session', `x${signed}`)).toBeNull();
    for (const broken of ['', '.', 'a.b', `${signed}.`, signed.slice(0, -2)]) {
      expect(readSigned(key, 'session', broken)).toBeNull();
    }
  });

  it('ties a form to its session', () => {
    expect(isFormToken(key, 'one', formToken(key, 'one'))).toBe(true);
    expect(isFormToken(key, 'two', formToken(key, 'one'))).toBe(false);
    expect(isFormToken(key, 'one', '')).toBe(false);
  });
});
