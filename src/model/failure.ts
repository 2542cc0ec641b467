import { MendloopError } from '../domain/errors.ts';

/** A failure to retry: no answer, a late one, or a server that is starting or overloaded. */
export function unreachable(message: string, cause?: unknown): MendloopError {
  return new MendloopError('model_unreachable', `model server: ${message}`, { cause });
}

/** A failure that a retry does not mend. */
export function refused(message: string): MendloopError {
  return new MendloopError('model_refused', `model server: ${message}`);
}
