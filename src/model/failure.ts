import { MendloopError } from '../domain/errors.ts';

/** Worth another try: no answer, too late, or the server is busy with itself. */
export function unreachable(message: string, cause?: unknown): MendloopError {
  return new MendloopError('model_unreachable', `model server: ${message}`, { cause });
}

/** Will not get better by itself. */
export function refused(message: string): MendloopError {
  return new MendloopError('model_refused', `model server: ${message}`);
}
