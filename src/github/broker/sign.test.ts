import { createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appJwt, parsePrivateKey } from './sign.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

function part(jwt: string, at: number): unknown {
  return JSON.parse(Buffer.from(jwt.split('.')[at] ?? '', 'base64url').toString('utf8'));
}

describe('the token of the App itself', () => {
  const jwt = appJwt('42', parsePrivateKey(pem), 1_700_000_000, 120);

  it('says who for how long: from a minute ago, for at most ten minutes', () => {
    expect(part(jwt, 0)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(part(jwt, 1)).toEqual({ iat: 1_699_999_940, exp: 1_700_000_120, iss: '42' });
  });

  it('is signed with the key', () => {
    const [head, body, signature = ''] = jwt.split('.');
    const verify = createVerify('RSA-SHA256').update(`${head}.${body}`);
    expect(verify.verify(pair.publicKey, signature, 'base64url')).toBe(true);
  });
});

describe('a private key', () => {
  it('may stand in one line, with \\n for its line ends', () => {
    expect(parsePrivateKey(pem.replaceAll('\n', '\\n')).type).toBe('private');
  });

  it('that is none is refused, without a word of it in the error', () => {
    const broken = '-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----';
    try {
      parsePrivateKey(broken);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'config_invalid' });
      expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain(
        'canary',
      );
    }
  });
});
