import { fileURLToPath } from 'node:url';
import { takeBrokerEnvironment } from '../../config/broker-environment.ts';
import type { Config } from '../../config/config.ts';
import { type BrokerProcess, openBroker } from '../../github/broker/parent.ts';

/** The process that holds the key, started at its first use; null without credentials. Takes the key out of ours. */
export function brokerFor(config: Config, environment?: NodeJS.ProcessEnv): BrokerProcess | null {
  if (!config.app) return null;
  const entry = import.meta.url.endsWith('.ts') ? '../broker.ts' : '../broker.js';
  return openBroker({
    entry: fileURLToPath(new URL(entry, import.meta.url)),
    env: takeBrokerEnvironment(config.app.appId, config.githubApiUrl, environment),
  });
}
