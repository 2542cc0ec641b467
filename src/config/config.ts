import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type ConsentScope, consentScopes } from '../domain/consent.ts';
import { MendloopError } from '../domain/errors.ts';
import { type ModelServerConfig, readModelServer } from './model-server.ts';
import { readRounds, type RoundsConfig } from './rounds.ts';
import { type SettingName, settings } from './settings.ts';

export interface Config {
  readonly home: string;
  readonly databaseUrl: string | null;
  readonly port: number;
  readonly listenHost: string;
  readonly publicUrl: string | null;
  readonly githubApiUrl: string;
  /** Null without credentials of the App: the server then has a dashboard and no intake. */
  readonly app: AppConfig | null;
  readonly oauth: OAuthConfig | null;
  readonly consentPublicDefault: ConsentScope;
  readonly consentCap: ConsentScope;
  readonly denyRepositories: readonly string[];
  readonly workerConcurrency: number;
  readonly payloadDays: number;
  readonly sweepMinutes: number;
  readonly maxBodyBytes: number;
  readonly rounds: RoundsConfig;
  /** Null: a promotion moves the alias only, and loads no model. */
  readonly modelServer: ModelServerConfig | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export interface AppConfig {
  readonly appId: string;
  readonly slug: string | null;
  /** The current secret, then the previous one during a rotation. */
  readonly webhookSecrets: readonly string[];
}

export interface OAuthConfig {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly sessionSecret: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

function value(env: Environment, name: SettingName): string | null {
  const text = env[name]?.trim();
  return text === undefined || text === '' ? settings[name].default : text;
}

function refuse(name: SettingName, why: string): never {
  throw new MendloopError('config_invalid', `${name} ${why}`);
}

function integer(env: Environment, name: SettingName, min: number, max: number): number {
  const parsed = z.coerce.number().int().min(min).max(max).safeParse(value(env, name));
  return parsed.success ? parsed.data : refuse(name, `must be a whole number from ${min} to ${max}`);
}

function oneOf<T extends string>(env: Environment, name: SettingName, allowed: readonly T[]): T {
  const text = value(env, name);
  const found = allowed.find((candidate) => candidate === text);
  return found ?? refuse(name, `must be one of ${allowed.join(', ')}`);
}

function address(env: Environment, name: SettingName): string | null {
  const text = value(env, name);
  if (text === null) return null;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return refuse(name, 'must be an http(s) address');
  return text.replace(/\/+$/, '');
}

function secret(env: Environment, name: SettingName): string | null {
  const text = value(env, name);
  if (text !== null && text.length < 32) refuse(name, 'must have at least 32 characters');
  return text;
}

function defaultHome(): string {
  if (process.geteuid?.() === 0) return '/var/lib/mendloop';
  return path.join(process.env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share'), 'mendloop');
}

function readApp(env: Environment): AppConfig | null {
  const appId = value(env, 'APP_ID');
  const hasKey = value(env, 'PRIVATE_KEY') !== null || value(env, 'PRIVATE_KEY_PATH') !== null;
  const webhookSecret = secret(env, 'WEBHOOK_SECRET');
  if (appId === null && !hasKey && webhookSecret === null) return null;
  if (appId === null || !/^\d+$/.test(appId)) return refuse('APP_ID', 'must be the numeric id of the App');
  if (!hasKey) return refuse('PRIVATE_KEY', 'or PRIVATE_KEY_PATH is required beside APP_ID');
  if (webhookSecret === null) return refuse('WEBHOOK_SECRET', 'is required beside APP_ID');
  const old = secret(env, 'WEBHOOK_SECRET_OLD');
  return {
    appId,
    slug: value(env, 'APP_SLUG'),
    webhookSecrets: old === null ? [webhookSecret] : [webhookSecret, old],
  };
}

function readOAuth(env: Environment): OAuthConfig | null {
  const clientId = value(env, 'GITHUB_CLIENT_ID');
  const clientSecret = value(env, 'GITHUB_CLIENT_SECRET');
  if (clientId === null && clientSecret === null) return null;
  if (clientId === null || clientSecret === null)
    return refuse('GITHUB_CLIENT_ID', 'and GITHUB_CLIENT_SECRET go together');
  const sessionSecret =
    secret(env, 'SESSION_SECRET') ?? refuse('SESSION_SECRET', 'is required for signing in');
  return { clientId, clientSecret, sessionSecret };
}

function checkListening(config: Config): Config {
  if (!loopback.has(config.listenHost) && config.publicUrl === null) {
    refuse('LISTEN_HOST', 'other than loopback needs PUBLIC_URL');
  }
  return config;
}

/** Reads the whole configuration, except for the private key. Throws `config_invalid`, which names the first wrong setting. */
export function readConfig(env: Environment = process.env): Config {
  return checkListening({
    home: path.resolve(value(env, 'MENDLOOP_HOME') ?? defaultHome()),
    databaseUrl: value(env, 'DATABASE_URL'),
    port: integer(env, 'PORT', 0, 65_535),
    listenHost: value(env, 'LISTEN_HOST') ?? '127.0.0.1',
    publicUrl: address(env, 'PUBLIC_URL'),
    githubApiUrl: address(env, 'GITHUB_API_URL') ?? refuse('GITHUB_API_URL', 'is required'),
    app: readApp(env),
    oauth: readOAuth(env),
    consentPublicDefault: oneOf(env, 'CONSENT_PUBLIC_DEFAULT', consentScopes),
    consentCap: oneOf(env, 'CONSENT_CAP', consentScopes),
    denyRepositories: (value(env, 'DENY_REPOSITORIES') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    workerConcurrency: integer(env, 'WORKER_CONCURRENCY', 1, 64),
    payloadDays: integer(env, 'PAYLOAD_DAYS', 1, 365),
    sweepMinutes: integer(env, 'SWEEP_MINUTES', 1, 59),
    maxBodyBytes: integer(env, 'MAX_BODY_MIB', 1, 100) * 1024 * 1024,
    rounds: readRounds((name) => value(env, name)),
    modelServer: readModelServer((name) => value(env, name)),
    logLevel: oneOf(env, 'LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent']),
  });
}

export interface EffectiveSetting {
  readonly name: SettingName;
  readonly value: string | null;
  readonly from: 'environment' | 'default' | 'unset';
  readonly about: string;
}

/** Each setting with its effective value; of a secret only whether it is set. */
export function effectiveSettings(env: Environment = process.env): EffectiveSetting[] {
  return (Object.keys(settings) as SettingName[]).map((name) => {
    const entry: { about: string; default: string | null; secret?: true } = settings[name];
    const given = env[name]?.trim();
    const from = given ? 'environment' : entry.default === null ? 'unset' : 'default';
    const shown = given ? (entry.secret ? '(set)' : given) : entry.default;
    return { name, value: shown, from, about: entry.about };
  });
}
