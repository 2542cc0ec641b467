import { describe, expect, it } from 'vitest';
import { takeBrokerEnvironment } from './broker-environment.ts';

describe('the environment of the token broker', () => {
  const given = () => ({
    PATH: '/bin',
    PRIVATE_KEY: 'key',
    PRIVATE_KEY_PATH: '/key.pem',
    WEBHOOK_SECRET: 'secret',
    DATABASE_URL: 'postgres://user:password@127.0.0.1/mendloop',
    HTTPS_PROXY: 'http://proxy.example.com',
  });

  it('has the key and what reaches GitHub, and no other secret', () => {
    const environment = takeBrokerEnvironment('42', 'https://api.github.com', given());
    expect(environment).toEqual({
      APP_ID: '42',
      GITHUB_API_URL: 'https://api.github.com',
      PATH: '/bin',
      PRIVATE_KEY: 'key',
      PRIVATE_KEY_PATH: '/key.pem',
      HTTPS_PROXY: 'http://proxy.example.com',
    });
  });

  it('takes the key out of the environment that it came from', () => {
    const from = given();
    takeBrokerEnvironment('42', 'https://api.github.com', from);
    expect(Object.keys(from)).not.toContain('PRIVATE_KEY');
    expect(Object.keys(from)).not.toContain('PRIVATE_KEY_PATH');
    expect(from.WEBHOOK_SECRET).toBe('secret');
  });
});
