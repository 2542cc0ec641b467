import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestFault } from '../faults.ts';

/** Answers with the fault. False when the real answer is still to be given, cut off on its way. */
export function commitFault(
  req: IncomingMessage,
  res: ServerResponse,
  fault: RequestFault,
  now: Date,
): boolean {
  switch (fault.kind) {
    case 'status':
      refuse(req, res, fault.status, {}, fault.status === 404 ? 'Not Found' : 'Server Error');
      return true;
    case 'rate_limit':
      refuse(
        req,
        res,
        403,
        exhaustedHeaders(fault.resetSeconds, now),
        'API rate limit exceeded for installation.',
      );
      return true;
    case 'secondary_limit':
      refuse(
        req,
        res,
        fault.status ?? 403,
        { 'retry-after': String(fault.retryAfterSeconds) },
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      );
      return true;
    case 'hang':
      req.resume();
      return true;
    case 'reset':
      req.socket.resetAndDestroy();
      return true;
    case 'cut':
      cutAfter(res, fault.afterBytes);
      return false;
  }
}

function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: Record<string, string>,
  message: string,
): void {
  req.resume();
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  res.end(JSON.stringify({ message, documentation_url: 'https://docs.github.com/rest' }));
}

function exhaustedHeaders(resetSeconds: number, now: Date): Record<string, string> {
  return {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-used': '5000',
    'x-ratelimit-reset': String(Math.floor(now.getTime() / 1000) + resetSeconds),
    'x-ratelimit-resource': 'core',
  };
}

/** The length is announced as usual or by chunks, so that the client can tell that the end is missing. */
function cutAfter(res: ServerResponse, bytes: number): void {
  const write = res.write.bind(res) as (chunk: Buffer) => boolean;
  let left = bytes;
  function part(chunk: unknown): boolean {
    const data = Buffer.from(chunk as string | Uint8Array);
    if (data.length < left) {
      left -= data.length;
      return write(data);
    }
    write(data.subarray(0, left));
    left = 0;
    setImmediate(() => res.destroy());
    return true;
  }
  res.write = ((chunk: unknown) => (left > 0 ? part(chunk) : true)) as typeof res.write;
  res.end = ((chunk?: unknown) => {
    if (chunk !== undefined && typeof chunk !== 'function' && left > 0) part(chunk);
    setImmediate(() => res.destroy());
    return res;
  }) as typeof res.end;
}
