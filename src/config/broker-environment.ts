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
 * Moves the key from an environment, normally this process's, to the environment of the broker process, and returns
 * the latter. To be called once, before anything else runs: the key is then in no variable that a child could inherit.
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

export interface BrokerSettings {
  readonly appId: string;
  readonly apiUrl: string;
  /** PEM text, or null when it is in a file. */
  readonly privateKey: string | null;
  readonly privateKeyPath: string | null;
}

/** Reads the settings in the broker process, from the environment that {@link takeBrokerEnvironment} made. */
export function readBrokerSettings(): BrokerSettings {
  const { env } = process;
  return {
    appId: env['APP_ID'] ?? '',
    apiUrl: env['GITHUB_API_URL'] ?? '',
    privateKey: env['PRIVATE_KEY'] ?? null,
    privateKeyPath: env['PRIVATE_KEY_PATH'] ?? null,
  };
}
