import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutAddresses } from './addresses.ts';
import { credentialsIn } from './credentials.ts';
import { planted, random } from './planted.test-support.ts';

describe('credentials', () => {
  it.each(Object.entries(planted))('%s is found wherever it stands', (name, value) => {
    for (const text of [value, `x = '${value}'\n`, `\n- ${value}\n+ ${value},`, `text ${value} text`]) {
      expect(credentialsIn(text)).toContain(name);
    }
  });

  it.each([
    'SECRET_KEY = "#"',
    'API_TOKEN="#"',
    '"token": "#"',
    'password=#',
    '  api_key: #',
    "dbPassword => '#'",
  ])('what chance made is a secret in %s', (form) => {
    const letter = fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ');
    const digit = fc.constantFrom(...'23456789');
    const value = fc.tuple(
      fc.uniqueArray(letter, { minLength: 20, maxLength: 30 }),
      fc.tuple(digit, digit, digit, digit),
    );
    fc.assert(
      fc.property(value, ([letters, digits]) => {
        fc.pre(/[a-z].*[a-z]/.test(letters.join('')) && /[A-Z].*[A-Z]/.test(letters.join('')));
        const text = [...letters.slice(0, 9), ...digits, ...letters.slice(9)].join('');
        expect(credentialsIn(form.replace('#', text))).toContain('assigned_secret');
      }),
    );
  });

  it.each([
    ['a commit hash', 'a'.repeat(8) + '0123456789abcdef0123456789abcdef'],
    ['an integrity line', `"integrity": "sha512-${random(86)}=="`],
    ['a placeholder', `password = "your-password-goes-here-1"`],
    ['a variable', 'password: "${DATABASE_PASSWORD_OF_1}"'],
    ['a URL with a port', 'http://localhost:8080/path@2'],
    ['a URL with a placeholder', 'postgres://user:password@localhost/db'],
    ['a name', 'const accessTokenExpirationInSeconds = "configuration"'],
    ['the header of a key', "if (text.startsWith('-----BEGIN PRIVATE KEY-----')) return parse(text);"],
    ['where a token is fetched', 'token_url = "https://host.invalid/v1/oauth2/token"'],
    ['where a secret lies', 'secret_file: "conf/v1/production2.json"'],
    ['an expression', 'password = settings.databasePasswordOf2\n'],
    ['a call', 'const token = sha256OfFile(name, 1024)'],
    ['a data URL', `url(data:image/png;base64,${random(400)})`],
  ])('%s is none', (_, text) => {
    expect(credentialsIn(text)).toEqual([]);
  });

  it('comes to an end on texts that make careless expressions go back and forth', () => {
    for (const piece of [
      'eyJ',
      'a://b:c',
      'password = "',
      'x@y.',
      'sk-aa-',
      '-----BEGIN ',
      'token',
      'token = ',
      'SG.a',
    ]) {
      const text = piece.repeat(40_000);
      expect(credentialsIn(text)).toEqual([]);
      expect(withoutAddresses(text)).toBe(text);
    }
  });
});

const local = fc.stringMatching(/^[a-z][a-z0-9._+-]{0,18}[a-z0-9]$/);
const host = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/);

describe('addresses', () => {
  it('leave no address behind, and say the same for the same text', () => {
    const text = fc.tuple(
      fc.constantFrom('', 'by ', '<', '"', '-', '+', '_', '*', '.', '%3C', '__', '%', 'x'.repeat(80)),
      local,
      host,
      fc.constantFrom('', '>', '"', ', ', '.'),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (parts) => {
        const written = parts
          .map(([open, who, where, close]) => `${open}${who}@${where}.invalid${close}`)
          .join(' ');
        const clean = withoutAddresses(written);
        expect(clean).not.toMatch(/[a-z0-9]@[a-z0-9]/i);
        expect(withoutAddresses(clean)).toBe(clean);
      }),
    );
  });

  it.each([
    '@Component({})',
    "import x from '@scope/name'",
    'a @ b',
    'x@y',
    'v1.2@next',
    '@media (min-width: 1px)',
  ])('%s stays', (text) => expect(withoutAddresses(text)).toBe(text));
});
