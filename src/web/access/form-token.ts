import { createHmac, timingSafeEqual } from 'node:crypto';

/** The token that a form of this session must send back. */
export function formToken(key: string, sessionId: string): string {
  return createHmac('sha256', key).update(`form\n${sessionId}`).digest('base64url');
}

/** Compares in constant time. */
export function isFormToken(key: string, sessionId: string, token: string): boolean {
  const expected = Buffer.from(formToken(key, sessionId));
  const actual = Buffer.from(token);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
