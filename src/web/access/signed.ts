import { createHmac, timingSafeEqual } from 'node:crypto';

function signature(key: string, purpose: string, text: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\n${text}`).digest();
}

/** `text` with its signature, fit for a cookie. A signature for one purpose is worth nothing for another. */
export function sign(key: string, purpose: string, text: string): string {
  const encoded = Buffer.from(text).toString('base64url');
  return `${encoded}.${signature(key, purpose, encoded).toString('base64url')}`;
}

/** The text that was signed, or null. Compares in constant time. */
export function readSigned(key: string, purpose: string, signed: string): string | null {
  const [encoded, given, more] = signed.split('.');
  if (encoded === undefined || given === undefined || more !== undefined) return null;
  const claimed = Buffer.from(given, 'base64url');
  const expected = signature(key, purpose, encoded);
  if (claimed.length !== expected.length || !timingSafeEqual(claimed, expected)) return null;
  return Buffer.from(encoded, 'base64url').toString();
}

/** The token that a form of this session must send back. */
export function formToken(key: string, sessionId: string): string {
  return signature(key, 'form', sessionId).toString('base64url');
}

export function isFormToken(key: string, sessionId: string, given: string): boolean {
  const expected = Buffer.from(formToken(key, sessionId));
  const claimed = Buffer.from(given);
  return claimed.length === expected.length && timingSafeEqual(claimed, expected);
}
