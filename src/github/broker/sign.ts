import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { MendloopError } from '../../domain/errors.ts';

/** Parses the App's key; `\n` escapes, as one-line environment variables have them, are allowed. */
export function parsePrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    // Without the cause, which could quote the key.
    throw new MendloopError('config_invalid', 'PRIVATE_KEY is not a PEM private key');
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** An App JWT (RS256). `iat` is set back by a minute against clock drift, as GitHub advises; GitHub accepts at most 10 minutes of life. */
export function appJwt(appId: string, key: KeyObject, nowSeconds: number, lifeSeconds: number): string {
  const head = encode({ alg: 'RS256', typ: 'JWT' });
  const body = encode({ iat: nowSeconds - 60, exp: nowSeconds + lifeSeconds, iss: appId });
  const signature = createSign('RSA-SHA256').update(`${head}.${body}`).sign(key, 'base64url');
  return `${head}.${body}.${signature}`;
}
