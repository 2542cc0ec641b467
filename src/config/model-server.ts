import { MendloopError } from '../domain/errors.ts';
import type { SettingName } from './settings.ts';

export interface ModelServerConfig {
  /** Root of each replica. */
  readonly urls: readonly string[];
  readonly key: string | null;
}

function rootOf(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new MendloopError('config_invalid', 'MENDLOOP_MODEL_URL must be http(s) addresses');
  }
  // The address of a model server is usually written with the version of its API.
  return text.replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** `value` returns a setting or its default. Returns null when no model server is configured. */
export function readModelServer(value: (name: SettingName) => string | null): ModelServerConfig | null {
  const urls = (value('MENDLOOP_MODEL_URL') ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)
    .map(rootOf);
  return urls.length === 0 ? null : { urls, key: value('MENDLOOP_MODEL_KEY') };
}
