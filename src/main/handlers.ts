import path from 'node:path';
import type { Kysely } from 'kysely';
import { collectIssue } from '../collect/collect-issue.ts';
import type { CollectDeps } from '../collect/deps.ts';
import { collectForgetter } from '../collect/forget.ts';
import { collectPull } from '../collect/pull/collect-pull.ts';
import type { Config } from '../config/config.ts';
import { processEnvironment } from '../config/process-environment.ts';
import { trainingFolders } from '../config/training-folders.ts';
import type { CollectableRepository } from '../consent/guard.ts';
import { type Forgetter, purgeRepository } from '../consent/purge.ts';
import type { Database } from '../db/tables.ts';
import { MendloopError } from '../domain/errors.ts';
import { gitEnvironment } from '../git/environment.ts';
import { openMirror } from '../git/mirror.ts';
import { createAppReader, listInstallationRepositories } from '../github/app-reader.ts';
import type { TokenBroker } from '../github/broker/protocol.ts';
import { createGitHubClient } from '../github/client.ts';
import { cloneUrl, githubHosts } from '../github/hosts.ts';
import { createRepositoryReader } from '../github/repository-reader.ts';
import { expirePayloads } from '../intake/expire.ts';
import type { AppPort } from '../intake/ports.ts';
import { sweepDeliveries } from '../intake/sweep.ts';
import { syncInstallation } from '../intake/sync-installation.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Handlers } from '../jobs/worker.ts';
import { trainForgetter } from '../train/forget.ts';
import type { RoundDeps } from '../train/round/deps.ts';
import { roundJob } from '../train/round/drive.ts';
import { roundsFolders } from './clusters.ts';

export interface HandlerDeps {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  /** Null without an App: jobs that need GitHub then fail as not configured. */
  readonly broker: TokenBroker | null;
  readonly rounds: RoundDeps;
}

type RepositoryKind = 'collect.pull' | 'collect.issue';

/** A git transfer slower than 1 kB/s for this long is given up and tried again. */
const stallSeconds = 60;

/** Where this host keeps its mirrors. */
export function mirrorsFolder(config: Config): string {
  return path.join(config.home, 'mirrors');
}

function mirrorDirectory(config: Config, repository_id: number): string {
  return path.join(mirrorsFolder(config), `${repository_id}.git`);
}

function requireBroker(broker: TokenBroker | null): TokenBroker {
  if (!broker) throw new MendloopError('not_configured', 'the App has no credentials');
  return broker;
}

/** GitHub as one kind of job may see it: a token for one repository, with the permissions that the kind declares. */
function repositoryAccess(
  deps: HandlerDeps,
  kind: RepositoryKind,
  repository: CollectableRepository,
  signal: AbortSignal,
) {
  const hosts = githubHosts(deps.config.githubApiUrl);
  const { installation_id, repository_id, full_name } = repository;
  const token = async () => {
    const request = { want: 'installation', kind, installation_id, repository_id } as const;
    return (await requireBroker(deps.broker).token(request)).token;
  };
  const client = createGitHubClient({ hosts, token, purpose: kind, signal });
  return {
    reader: createRepositoryReader(client, full_name),
    mirror: () =>
      openMirror({
        dir: mirrorDirectory(deps.config, repository_id),
        url: cloneUrl(hosts, full_name),
        token,
        purpose: kind,
        stallSeconds,
        environment: gitEnvironment(processEnvironment()),
        signal,
      }),
  };
}

function appPort(deps: HandlerDeps, kind: 'installation.sync' | 'deliveries.sweep'): AppPort {
  const hosts = githubHosts(deps.config.githubApiUrl);
  const broker = requireBroker(deps.broker);
  const asApp = async () => (await broker.token({ want: 'app', kind })).token;
  const app = createAppReader(createGitHubClient({ hosts, token: asApp, purpose: kind }));
  return {
    ...app,
    async repositories(installation_id) {
      const request = { want: 'installation', kind, installation_id, repository_id: null } as const;
      const token = async () => (await broker.token(request)).token;
      return listInstallationRepositories(createGitHubClient({ hosts, token, purpose: kind }));
    },
  };
}

/** Later stages first: what was made of the data is removed before the data. */
function forgetters({ config, db, queue, rounds }: HandlerDeps): readonly Forgetter[] {
  const { snapshots } = trainingFolders(config);
  const { checkpoints } = rounds;
  return [
    trainForgetter({ db, queue, snapshots, roundsFolders: () => roundsFolders(config), checkpoints }),
    collectForgetter({ db, mirrorDirectory: (id) => mirrorDirectory(config, id) }),
  ];
}

/** Ties every kind of job to the code that does it. */
export function createHandlers(deps: HandlerDeps): Handlers {
  const { config, db, queue } = deps;
  const collect: CollectDeps = {
    db,
    queue,
    access: (kind, repository, signal) => repositoryAccess(deps, kind, repository, signal),
    webHost: new URL(githubHosts(config.githubApiUrl).web).host,
    denyRepositories: config.denyRepositories,
  };
  return {
    'collect.pull': (payload, context) => collectPull(collect, payload, context),
    'collect.issue': (payload, context) => collectIssue(collect, payload, context),
    'repository.purge': ({ repository_id }, context) =>
      purgeRepository({ db, forgetters: forgetters(deps) }, repository_id, context),
    'installation.sync': (payload) => {
      const { consentPublicDefault, consentCap } = config;
      const app = appPort(deps, 'installation.sync');
      return syncInstallation({ db, queue, app, consentPublicDefault, consentCap }, payload.installation_id);
    },
    'deliveries.sweep': async () => {
      if (!deps.broker) return { outcome: 'not_configured' };
      return sweepDeliveries({ db, app: appPort(deps, 'deliveries.sweep'), now: () => new Date() });
    },
    'round.advance': ({ round_id }, context) => roundJob(deps.rounds, round_id, context),
    'payloads.expire': () => expirePayloads(db, new Date(), config.payloadDays),
  };
}
