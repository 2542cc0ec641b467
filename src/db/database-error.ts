import { MendloopError } from '../domain/errors.ts';

/** Of the operating system and of pg's pool: the server is not there, or not any more. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** SQLSTATE: shut down by an administrator or a crash, starting, dropped; too many connections. Class 08 and 28 too. */
const refusing = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '53300', '3D000']);

/** pg raises these without a code (pg 8.23, pg-pool 3); a test provokes each of them, so a changed text is noticed. */
const uncoded = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
]);

/**
 * Translates what pg throws into `database_unreachable` or `storage_full`; anything else is returned as it is.
 * The message names no host, user or value; the original error is the cause.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MendloopError) return error;
  const code = codeOf(error);
  if (code === '53100' || code === 'ENOSPC') {
    return new MendloopError('storage_full', 'The disk of the database is full.', { cause: error });
  }
  if (!isUnreachable(code, error.message)) return error;
  const why = code === undefined ? '' : ` (${code})`;
  return new MendloopError('database_unreachable', `The database does not answer${why}.`, { cause: error });
}

function isUnreachable(code: string | undefined, message: string): boolean {
  if (code === undefined) return uncoded.has(message);
  if (unreachable.has(code) || refusing.has(code)) return true;
  return /^(08|28)...$/.test(code);
}

/** A host with several addresses fails with an AggregateError; its first part says why. */
function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? codeOf(first) : undefined;
}
