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

/** What a check found. `warn`: something is off or missing that Mendloop can do without. */
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

/** A check that ended in a typed error failed; anything else is a bug and goes on. */
export function failed(check: CheckName, error: unknown): Finding {
  if (!isMendloopError(error)) throw error;
  return fail(check, `${error.code}: ${error.message}`, error.hint);
}
