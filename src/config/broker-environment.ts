import type { BrokerSettings } from '../github/broker/child.ts';

const passedOn = [
  'PATH',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
] as const;
const keys = ['PRIVATE_KEY', 'PRIVATE_KEY_PATH'] as const;

/**
 * Takes the key out of an environment, normally this process's, and gives the environment of the broker process.
 * Called once, before anything else runs.
 */
export function takeBrokerEnvironment(
  appId: string,
  apiUrl: string,
  from: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { APP_ID: appId, GITHUB_API_URL: apiUrl };
  for (const name of [...passedOn, ...keys]) {
    const given = from[name];
    if (given !== undefined) env[name] = given;
  }
  for (const name of keys) delete from[name];
  return env;
}

/** What the broker process reads of its own environment. */
export function readBrokerSettings(): BrokerSettings {
  const { env } = process;
  return {
    appId: env['APP_ID'] ?? '',
    apiUrl: env['GITHUB_API_URL'] ?? '',
    privateKey: env['PRIVATE_KEY'] ?? null,
    privateKeyPath: env['PRIVATE_KEY_PATH'] ?? null,
  };
}
