import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeBrokerEnvironment } from '../../config/broker-environment.ts';
import type { Config } from '../../config/config.ts';
import { processEnvironment } from '../../config/process-environment.ts';
import type { CollectableRepository } from '../../consent/guard.ts';
import { MendloopError } from '../../domain/errors.ts';
import type { AppPort } from '../../domain/ports/github-app.ts';
import type { CodeMirror, RepositoryReader } from '../../domain/ports/repository.ts';
import { gitEnvironment } from '../../git/environment.ts';
import { openMirror } from '../../git/mirror.ts';
import { createAppReader, listInstallationRepositories } from '../../github/app-reader.ts';
import { type BrokerProcess, openBroker } from '../../github/broker/parent.ts';
import type { TokenBroker } from '../../github/broker/protocol.ts';
import { createGitHubClient } from '../../github/client.ts';
import { cloneUrl, githubHosts } from '../../github/hosts.ts';
import { createRepositoryReader } from '../../github/repository-reader.ts';
import { errorFields, type Log } from '../../telemetry/log.ts';

/**
 * Returns the process that holds the App's key and starts at its first use; null without credentials. Deletes the key
 * from this process's environment.
 */
export function brokerFor(config: Config, environment?: NodeJS.ProcessEnv): BrokerProcess | null {
  if (!config.app) return null;
  const entry = import.meta.url.endsWith('.ts') ? '../broker.ts' : '../broker.js';
  return openBroker({
    entry: fileURLToPath(new URL(entry, import.meta.url)),
    env: takeBrokerEnvironment(config.app.appId, config.githubApiUrl, environment),
  });
}

/** A git transfer slower than 1 kB/s for this long is ended and retried. */
const stallSeconds = 60;

/** Where this host keeps its mirrors. */
export function mirrorsFolder(config: Config): string {
  return path.join(config.home, 'mirrors');
}

export function mirrorDirectory(config: Config, repository_id: number): string {
  return path.join(mirrorsFolder(config), `${repository_id}.git`);
}

/**
 * Gives one kind of job access to one repository, on GitHub and by git, with the permissions that the kind declares.
 * Without a broker the first use throws `not_configured`.
 */
export function repositoryAccess(
  config: Config,
  broker: TokenBroker | null,
  kind: string,
  { repository, signal }: { readonly repository: CollectableRepository; readonly signal: AbortSignal },
): { readonly reader: RepositoryReader; readonly mirror: () => Promise<CodeMirror> } {
  const hosts = githubHosts(config.githubApiUrl);
  const { installation_id, repository_id, full_name } = repository;
  const token = async () => {
    if (!broker) throw new MendloopError('not_configured', 'the App has no credentials');
    return (await broker.token({ want: 'installation', kind, installation_id, repository_id })).token;
  };
  const client = createGitHubClient({ hosts, token, purpose: kind, signal });
  return {
    reader: createRepositoryReader(client, full_name),
    mirror: () =>
      openMirror({
        dir: mirrorDirectory(config, repository_id),
        url: cloneUrl(hosts, full_name),
        token,
        purpose: kind,
        stallSeconds,
        environment: gitEnvironment(processEnvironment()),
        signal,
      }),
  };
}

/** Lets one kind of job, or one part of this process, speak as the App. */
export function openApp(config: Config, broker: TokenBroker, kind: string): AppPort {
  const hosts = githubHosts(config.githubApiUrl);
  const asApp = async () => (await broker.token({ want: 'app', kind })).token;
  return {
    ...createAppReader(createGitHubClient({ hosts, token: asApp, purpose: kind })),
    async repositories(installation_id) {
      const request = { want: 'installation', kind, installation_id, repository_id: null } as const;
      const token = async () => (await broker.token(request)).token;
      return listInstallationRepositories(createGitHubClient({ hosts, token, purpose: kind }));
    },
  };
}

/** Returns a function that gives the login of our bot: null until GitHub has answered. */
export function learnOwnLogin(config: Config, broker: TokenBroker | null, log: Log): () => string | null {
  let login = config.app?.slug ? `${config.app.slug}[bot]` : null;
  if (login !== null || !broker) return () => login;
  void openApp(config, broker, 'own-login')
    .self()
    .then(
      ({ slug }) => {
        if (slug !== null) login = `${slug}[bot]`;
      },
      (error: unknown) => log.warn(errorFields(error), 'own login not learned; set APP_SLUG'),
    );
  return () => login;
}
