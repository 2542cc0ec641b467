import { consentScopes } from '../domain/consent.ts';
import { engineNames } from '../domain/round.ts';

/** One environment variable. The value of a secret is never printed. */
interface Setting {
  readonly about: string;
  readonly default: string | null;
  readonly secret?: true;
}

/** Every environment variable of Mendloop, in the order of `config check`. */
export const settings = {
  MENDLOOP_HOME: { about: 'Folder of the embedded database, mirrors and logs.', default: null },
  DATABASE_URL: {
    about: 'PostgreSQL 15-18; without it the embedded server is used.',
    default: null,
    secret: true,
  },
  PORT: { about: 'Port of the server.', default: '3000' },
  PUBLIC_URL: {
    about: 'Address at which GitHub and people reach the server; unset: loopback only.',
    default: null,
  },
  LISTEN_HOST: {
    about: 'Address to listen on; anything but loopback needs PUBLIC_URL.',
    default: '127.0.0.1',
  },
  GITHUB_API_URL: {
    about: 'REST root of github.com, a ghe.com tenant or an Enterprise Server.',
    default: 'https://api.github.com',
  },
  APP_ID: { about: "The App's numeric id.", default: null },
  PRIVATE_KEY: {
    about: "The App's private key (PEM); read by the token broker only.",
    default: null,
    secret: true,
  },
  PRIVATE_KEY_PATH: { about: 'File with the private key, instead of PRIVATE_KEY.', default: null },
  WEBHOOK_SECRET: {
    about: 'At least 32 characters; deliveries without its signature are refused.',
    default: null,
    secret: true,
  },
  WEBHOOK_SECRET_OLD: {
    about: 'The secret before, accepted too while it is being rotated.',
    default: null,
    secret: true,
  },
  APP_SLUG: { about: "The App's slug; events of SLUG[bot] are ignored.", default: null },
  GITHUB_CLIENT_ID: { about: "The App's OAuth client, for signing in to the dashboard.", default: null },
  GITHUB_CLIENT_SECRET: { about: "The client's secret.", default: null, secret: true },
  SESSION_SECRET: { about: 'At least 32 characters; signs dashboard sessions.', default: null, secret: true },
  CONSENT_PUBLIC_DEFAULT: {
    about: `Consent of a public repository when it is added: ${consentScopes.join(', ')}.`,
    default: 'collect',
  },
  CONSENT_CAP: { about: 'The highest consent that a repository may be given.', default: 'train' },
  DENY_REPOSITORIES: { about: 'More owner/name, comma-separated, that are never collected.', default: '' },
  WORKER_CONCURRENCY: { about: 'Jobs at work at once, per queue and worker.', default: '4' },
  PAYLOAD_DAYS: { about: 'Days until the text of a delivery is emptied.', default: '14' },
  SWEEP_MINUTES: { about: 'Minutes between two looks for missed deliveries.', default: '5' },
  MAX_BODY_MIB: { about: "Largest webhook body, in MiB; GitHub's own limit is 25.", default: '25' },
  ROUND_AT: {
    about: 'Time of day at which nightly rounds begin, such as 02:30; unset: no nightly rounds.',
    default: null,
  },
  ROUND_TIME_ZONE: { about: 'Time zone of ROUND_AT, such as Europe/Berlin.', default: 'UTC' },
  ROUND_HOURS: { about: 'Hours that a round may train.', default: '8' },
  ROUND_CLUSTER: { about: 'Cluster on which rounds run.', default: 'local' },
  ROUND_ENGINE: { about: `Engine of rounds: ${engineNames.join(', ')}.`, default: 'trl_grpo' },
  ROUND_FORMULA: { about: 'Reward formula that rounds train with.', default: 'mendloop/1' },
  ROUND_MODEL: {
    about: 'Folder of the model that rounds begin with, until a checkpoint of theirs is stable.',
    default: null,
  },
  MENDLOOP_MODEL_URL: {
    about:
      'Model servers (vLLM) that stable checkpoints are loaded into, comma-separated; each replica for itself.',
    default: null,
  },
  MENDLOOP_MODEL_KEY: { about: 'Bearer token of the model servers.', default: null, secret: true },
  LOG_LEVEL: { about: 'debug, info, warn, error or silent.', default: 'info' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
