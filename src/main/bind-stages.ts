import path from 'node:path';
import type { Kysely } from 'kysely';
import { collectStage } from '../collect/stage.ts';
import type { Config } from '../config/config.ts';
import { processEnvironment } from '../config/process-environment.ts';
import type { CollectableRepository } from '../consent/guard.ts';
import { consentStage } from '../consent/stage.ts';
import type { Database } from '../db/tables.ts';
import { MendloopError } from '../domain/errors.ts';
import { gitEnvironment } from '../git/environment.ts';
import { openMirror } from '../git/mirror.ts';
import { createAppReader, listInstallationRepositories } from '../github/app-reader.ts';
import type { TokenBroker } from '../github/broker/protocol.ts';
import { createGitHubClient } from '../github/client.ts';
import { cloneUrl, githubHosts } from '../github/hosts.ts';
import { createRepositoryReader } from '../github/repository-reader.ts';
import type { AppPort } from '../intake/ports.ts';
import { intakeStage } from '../intake/stage.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Tick } from '../jobs/ticker.ts';
import type { Handlers } from '../jobs/worker.ts';
import { bindStage } from '../stage/fold.ts';
import type { RoundDeps } from '../train/round/deps.ts';
import { trainStage } from '../train/stage.ts';
import { roundsFolders } from './clusters.ts';

export interface StageDeps {
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
  deps: StageDeps,
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

function appPort(
  config: Config,
  broker: TokenBroker,
  kind: 'installation.sync' | 'deliveries.sweep',
): AppPort {
  const hosts = githubHosts(config.githubApiUrl);
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

/** Loads the code of every stage, and gives it the adapters of this configuration. */
export async function bindStages(deps: StageDeps): Promise<{
  readonly handlers: Handlers;
  readonly ticks: readonly Tick[];
}> {
  const { config, db, queue, broker, rounds } = deps;
  const { consentPublicDefault, consentCap, sweepMinutes, payloadDays, denyRepositories } = config;
  const intake = await bindStage(intakeStage, {
    db,
    queue,
    app: broker === null ? null : (kind) => appPort(config, broker, kind),
    consentPublicDefault,
    consentCap,
    sweepMinutes,
    payloadDays,
    now: () => new Date(),
  });
  const collect = await bindStage(collectStage, {
    db,
    queue,
    access: (kind, repository, signal) => repositoryAccess(deps, kind, repository, signal),
    webHost: new URL(githubHosts(config.githubApiUrl).web).host,
    denyRepositories,
    mirrorDirectory: (repository_id) => mirrorDirectory(config, repository_id),
  });
  const train = await bindStage(trainStage, { ...rounds, roundsFolders: () => roundsFolders(config) });
  // Later stages first: what was made of the data is removed before the data.
  const forgetters = [train, collect].flatMap(({ forgetter }) => forgetter ?? []);
  const consent = await bindStage(consentStage, { db, forgetters });
  const bound = [intake, consent, collect, train];
  return {
    handlers: { ...intake.handlers, ...consent.handlers, ...collect.handlers, ...train.handlers },
    ticks: bound.flatMap(({ ticks }) => ticks),
  };
}
