import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer that is no score. `error` is for people and quotes nothing of the request. */
export interface Refusal {
  readonly status: 400 | 401 | 404 | 405 | 409 | 411 | 413 | 415 | 429 | 503;
  readonly error: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function refusal(status: Refusal['status'], error: string, headers: Refusal['headers'] = {}): Refusal {
  return { status, error, headers };
}

/** Come back in a second: the queue of 2,048 items is empty in a few. */
export function tryLater(status: 429 | 503, error: string): Refusal {
  return refusal(status, error, { 'retry-after': '1' });
}

/** How long a refused sender may go on sending before its connection is closed. */
const lingerMs = 2000;
/** So much of a body that is too large is thrown away at most. */
const discardedBytes = 1024 * 1024;

/** Answers without the body: Node throws away what still comes of one that was not too large. */
export function refuse(req: IncomingMessage, res: ServerResponse, given: Refusal): void {
  const body = JSON.stringify({ error: given.error });
  const isTooLarge = given.status === 411 || given.status === 413;
  res.writeHead(given.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...given.headers,
    ...(isTooLarge ? { connection: 'close' } : {}),
  });
  if (isTooLarge && !req.complete) endLater(req, res, body);
  else res.end(body);
}

/** Closed at once, the connection's reset would overtake the answer. */
function endLater(req: IncomingMessage, res: ServerResponse, body: string): void {
  res.write(body);
  const finish = (): void => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(finish, lingerMs);
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discardedBytes) req.pause();
  });
  req.once('end', finish).once('close', finish);
}
