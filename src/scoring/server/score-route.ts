import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../http/body.ts';
import { sendJson } from '../../http/respond.ts';
import type { Admission } from './admission.ts';
import { queueIsFull } from './admission.ts';
import { refusal, refuseRequest } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { scoreItems } from './score-items.ts';
import type { ScoringDeps } from './score-items.ts';
import { readScoreRequest } from './score-request.ts';
import type { ScoreRequest } from './score-request.ts';
import type { Statistics } from './statistics.ts';

export interface ScoreRouteDeps extends ScoringDeps {
  readonly admission: Admission;
  readonly statistics: Statistics;
  /** Requests are refused while this many items wait, and a request may hold at most this many: less than twice as many wait. */
  readonly queue: number;
  readonly specSha256: string | null;
}

/** `POST /v1/score`. Resolves when the response is written or its client hung up; `stop` cancels the request. */
export async function scoreRoute(
  req: IncomingMessage,
  res: ServerResponse,
  deps: ScoreRouteDeps,
  stop: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const reservation = deps.admission.admit(req);
  if ('release' in reservation) {
    try {
      await scoreBody(req, res, deps, stop);
    } finally {
      reservation.release();
    }
  } else refuseRequest(req, res, reservation);
  if (res.writableEnded) deps.statistics.addRequest(res.statusCode, (performance.now() - started) / 1000);
  else deps.statistics.addCancelledRequest();
}

async function scoreBody(
  req: IncomingMessage,
  res: ServerResponse,
  deps: ScoreRouteDeps,
  stop: AbortSignal,
): Promise<void> {
  const body = await readBody(req);
  if (!Buffer.isBuffer(body)) return;
  const request = readScoreRequest(body);
  const refused = 'status' in request ? request : requestRefusal(request, deps);
  if (refused !== null) refuseRequest(req, res, refused);
  else await answer(request as ScoreRequest, res, deps, stop);
}

function requestRefusal({ items, specSha256 }: ScoreRequest, deps: ScoreRouteDeps): Refusal | null {
  const isOther = specSha256 !== null && deps.specSha256 !== null && specSha256 !== deps.specSha256;
  if (isOther) return refusal(409, 'spec_sha256: this server scores for another specification');
  if (items.length > deps.queue) return refusal(413, `more than ${deps.queue} items`);
  return isFull(deps) ? queueIsFull : null;
}

/** One free item is enough for a whole request, so that small requests cannot block a large one for ever. */
export function isFull({ pool, queue }: Pick<ScoreRouteDeps, 'pool' | 'queue'>): boolean {
  return pool.waiting >= queue;
}

async function answer(
  { items }: ScoreRequest,
  res: ServerResponse,
  deps: ScoreRouteDeps,
  stop: AbortSignal,
): Promise<void> {
  const left = new AbortController();
  const leave = (): void => left.abort();
  res.once('close', leave);
  stop.addEventListener('abort', leave, { once: true });
  const scores = await scoreItems(items, deps, left.signal);
  stop.removeEventListener('abort', leave);
  res.off('close', leave);
  deps.statistics.addBatch(items, scores);
  if (!res.destroyed) sendJson(res, 200, { scores });
}
