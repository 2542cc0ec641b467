import { pino } from 'pino';

/** A structured logger: static message and ids, never payloads, patches, tokens or text of a repository. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Logs as JSON lines on standard error, so that standard output stays free for answers. */
export function createLog(level: LogLevel, fields: object = {}): Log {
  return pino({ level, base: fields, redact: ['token', 'privateKey', 'secret'] }, pino.destination(2));
}

/** What may be logged of an error: its name and code, never its message or stack, which can quote content. */
export function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = (error as { code?: unknown }).code;
  return { error: error.name, ...(typeof code === 'string' ? { code } : {}) };
}
