import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpRefusal, refuse, refuseAndClose } from '../../http/respond.ts';

/** An answer that is no score. `error` is for people and quotes nothing of the request. */
export interface Refusal extends HttpRefusal {
  readonly status: 400 | 401 | 404 | 405 | 409 | 411 | 413 | 415 | 429 | 503;
}

export function refusal(
  status: Refusal['status'],
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return { status, error, headers };
}

/** Come back in a second: the queue of 2,048 items is empty in a few. */
export function tryLater(status: 429 | 503, error: string): Refusal {
  return refusal(status, error, { 'retry-after': '1' });
}

/** Answers without reading the body. The connection is closed where the body was too large or of unknown length. */
export function refuseRequest(req: IncomingMessage, res: ServerResponse, given: Refusal): void {
  if (given.status === 411 || given.status === 413) refuseAndClose(req, res, given);
  else refuse(res, given);
}
