import { isMendloopError } from '../../domain/errors.ts';

export const checkNames = [
  'node',
  'configuration',
  'disk',
  'database',
  'migrations',
  'git',
  'docker',
  'app_key',
  'permissions',
  'events',
  'webhook',
  'clock',
] as const;
export type CheckName = (typeof checkNames)[number];

/** The result of one check. `warn`: something is missing or wrong, and Mendloop works without it. */
export interface Finding {
  readonly check: CheckName;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly hint: string | null;
}

export function ok(check: CheckName, message: string): Finding {
  return { check, state: 'ok', message, hint: null };
}

export function warn(check: CheckName, message: string, hint: string | null = null): Finding {
  return { check, state: 'warn', message, hint };
}

export function fail(check: CheckName, message: string, hint: string | null = null): Finding {
  return { check, state: 'fail', message, hint };
}

/** The finding for a check that threw a typed error. Rethrows every other error: it is a bug. */
export function failed(check: CheckName, error: unknown): Finding {
  if (!isMendloopError(error)) throw error;
  return fail(check, `${error.code}: ${error.message}`, error.hint);
}
