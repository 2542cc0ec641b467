import type { Config } from '../../config/config.ts';
import { checkDatabase } from './check-database.ts';
import { checkClock, checkGrants, checkWebhook } from './check-github.ts';
import { checkDisk, checkDocker, checkGit } from './check-machine.ts';
import { checkNames, failed, type Finding, ok } from './finding.ts';
import { judgeNode } from './judge-machine.ts';
import type { DoctorPorts } from './ports.ts';

export interface Examination {
  readonly ports: DoctorPorts;
  /** Throws `config_invalid`. */
  readonly readConfig: () => Config;
  readonly nodeVersion: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

async function withConfig({ ports, now }: Examination, config: Config): Promise<Finding[]> {
  const [disk, grants, clock, database] = await Promise.all([
    checkDisk(config.home),
    checkGrants(ports, config),
    checkClock(ports, config, now),
    checkDatabase(config),
  ]);
  const webhook = await checkWebhook(ports, config, database.lastDelivery, new Date(now()));
  return [
    ok('configuration', 'the settings fit together'),
    disk,
    ...database.findings,
    ...grants,
    webhook,
    clock,
  ];
}

async function configured(examination: Examination): Promise<Finding[]> {
  let config: Config;
  try {
    config = examination.readConfig();
  } catch (error) {
    return [failed('configuration', error)];
  }
  return withConfig(examination, config);
}

/** Runs every check in the order of {@link checkNames}; with an invalid configuration, only those that need none. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const { ports, nodeVersion } = examination;
  const [git, docker, rest] = await Promise.all([
    checkGit(ports),
    checkDocker(ports),
    configured(examination),
  ]);
  const findings = [judgeNode(nodeVersion), git, docker, ...rest];
  return findings.sort((a, b) => checkNames.indexOf(a.check) - checkNames.indexOf(b.check));
}
