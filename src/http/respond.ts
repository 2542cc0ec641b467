import type { IncomingMessage, ServerResponse } from 'node:http';

/** An error answer. `error` is for people and quotes nothing of the request. */
export interface HttpRefusal {
  readonly status: number;
  readonly error: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a refused sender may go on sending before its connection is closed. */
const lingerMs = 2000;
/** Bytes of a refused body that are discarded at most: reading 200 MB in order to drop them grew the process by 74 MB. */
const discardedBytes = 1024 * 1024;

export function sendJson(res: ServerResponse, status: number, value: object): void {
  send(res, status, 'application/json; charset=utf-8', JSON.stringify(value));
}

export function send(res: ServerResponse, status: number, type: string, body: string): void {
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  res.end(body);
}

/** Answers before the body is read; Node discards the rest of the body. The connection stays open. */
export function refuse(res: ServerResponse, refusal: HttpRefusal): void {
  res.end(writeRefusal(res, refusal));
}

/**
 * As {@link refuse}, and closes the connection when the sender has finished, after 2 s at the latest. A connection that
 * is closed at once is reset, and the reset would overtake the answer.
 */
export function refuseAndClose(req: IncomingMessage, res: ServerResponse, refusal: HttpRefusal): void {
  const body = writeRefusal(res, { ...refusal, headers: { ...refusal.headers, connection: 'close' } });
  if (req.complete) {
    res.end(body);
    return;
  }
  res.write(body);
  const finish = (): void => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(finish, lingerMs);
  discard(req.once('end', finish).once('close', finish));
}

function writeRefusal(res: ServerResponse, { status, error, headers }: HttpRefusal): string {
  const body = JSON.stringify({ error });
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  return body;
}

function discard(req: IncomingMessage): void {
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discardedBytes) req.pause();
  });
}
