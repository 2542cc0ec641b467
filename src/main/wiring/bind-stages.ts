import type { Kysely } from 'kysely';
import { collectStage } from '../../collect/stage.ts';
import type { Config } from '../../config/config.ts';
import { consentStage } from '../../consent/stage.ts';
import type { Database } from '../../db/tables.ts';
import type { TokenBroker } from '../../github/broker/protocol.ts';
import { githubHosts } from '../../github/hosts.ts';
import { intakeStage } from '../../intake/stage.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Tick } from '../../jobs/ticker.ts';
import type { Handlers } from '../../jobs/worker.ts';
import { bindStage } from '../../stage/fold.ts';
import type { RoundDeps } from '../../train/round/deps.ts';
import { trainStage } from '../../train/stage.ts';
import { roundsFolders } from './clusters.ts';
import { openApp, mirrorDirectory, repositoryAccess } from './github.ts';

export interface StageDeps {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  /** Null without an App: jobs that need GitHub then fail as not configured. */
  readonly broker: TokenBroker | null;
  readonly rounds: RoundDeps;
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
    app: broker === null ? null : (kind) => openApp(config, broker, kind),
    consentPublicDefault,
    consentCap,
    sweepMinutes,
    payloadDays,
    now: () => new Date(),
  });
  const collect = await bindStage(collectStage, {
    db,
    queue,
    access: (kind, repository, signal) => repositoryAccess(config, broker, kind, { repository, signal }),
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
