import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeliveryId } from '../domain/ids.ts';

export interface GateOptions {
  readonly path: string;
  /** Largest body in bytes. */
  readonly maxBodyBytes: number;
  /** Bytes held of all bodies being read at once; the one that goes beyond it is told to come back. */
  readonly maxBufferedBytes: number;
  /** The secret in force first, then the one before it. */
  readonly secrets: readonly string[];
}

type Refusal = readonly [status: number, error: string];

/** How long a refused sender may go on sending before its connection is closed. */
const lingerMs = 2000;
/** So much is thrown away at most: reading 200 MB in order to drop it grew the process by 74 MB. */
const discardedBytes = 1024 * 1024;

/**
 * Answers at once and keeps nothing. The connection is closed when the sender has finished or its time is over: closed
 * at once, its reset would overtake the answer.
 */
function refuse(req: IncomingMessage, res: ServerResponse, [status, error]: Refusal): void {
  const body = JSON.stringify({ error });
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...(status === 503 ? { 'retry-after': '5' } : {}),
  });
  res.write(body);
  const finish = (): void => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(finish, lingerMs);
  if (req.complete) finish();
  else discard(req.once('end', finish).once('close', finish));
}

function discard(req: IncomingMessage): void {
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discardedBytes) req.pause();
  });
}

function header(req: IncomingMessage, name: string): string {
  const value = req.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Everything that can be said before a byte of the body is read. */
function inspect(req: IncomingMessage, options: GateOptions): Refusal | null {
  if (req.method !== 'POST') return [405, 'only POST is answered here'];
  const length = Number(header(req, 'content-length') || Number.NaN);
  if (!Number.isSafeInteger(length) || length < 0) return [411, 'Content-Length is required'];
  if (length > options.maxBodyBytes) return [413, `the body is larger than ${options.maxBodyBytes} bytes`];
  if (!/^application\/json\s*(;|$)/i.test(header(req, 'content-type'))) return [415, 'send application/json'];
  if (header(req, 'x-github-event') === '') return [400, 'X-GitHub-Event is missing'];
  if (!isDeliveryId(header(req, 'x-github-delivery'))) return [400, 'X-GitHub-Delivery is not a UUID'];
  if (!/^sha256=[0-9a-f]{64}$/i.test(header(req, 'x-hub-signature-256'))) {
    return [401, 'X-Hub-Signature-256 is missing or malformed'];
  }
  return null;
}

/** Bytes of bodies that are held now. What came is counted, not what was announced: announcing costs a sender nothing. */
interface Held {
  bytes: number;
}

const tooMuch: Refusal = [503, 'too many deliveries at once'];
const cutOff: Refusal = [400, 'the body was cut off'];

/** Reads the body; the caller gives its bytes back to `held`. Node ends a request at its Content-Length. */
function readBody(req: IncomingMessage, length: number, held: Held, most: number): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const give = (answer: Buffer | Refusal): void => {
      req.off('data', take);
      held.bytes -= size;
      size = 0;
      resolve(answer);
    };
    function take(chunk: Buffer): void {
      chunks.push(chunk);
      size += chunk.length;
      held.bytes += chunk.length;
      if (held.bytes > most) give(tooMuch);
    }
    req.on('data', take);
    req.once('end', () => give(size === length ? Buffer.concat(chunks, size) : cutOff));
    req.once('error', () => give(cutOff));
    req.once('aborted', () => give(cutOff));
  });
}

function sign(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function matches(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given.toLowerCase());
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Stands in front of Probot: bounds the request before a byte is read, then verifies the signature over the raw bytes
 * with each accepted secret. Returns true when `next` may go on; otherwise the request has been answered.
 */
export function createGate(options: GateOptions) {
  const held: Held = { bytes: 0 };
  const [current = ''] = options.secrets;

  async function admit(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const refusal = inspect(req, options);
    if (refusal) {
      refuse(req, res, refusal);
      return false;
    }
    const length = Number(header(req, 'content-length'));
    const body = await readBody(req, length, held, options.maxBufferedBytes);
    if (!Buffer.isBuffer(body)) {
      refuse(req, res, body);
      return false;
    }
    const given = header(req, 'x-hub-signature-256');
    const match = options.secrets.findIndex((secret) => matches(sign(secret, body), given));
    if (match === -1) {
      refuse(req, res, [401, 'the signature does not match']);
      return false;
    }
    // Probot knows one secret; a delivery signed with the older one is signed anew for it.
    if (match > 0) req.headers['x-hub-signature-256'] = sign(current, body);
    Object.assign(req, { rawBody: body, body: {} });
    return true;
  }

  return {
    handles: (req: IncomingMessage) => (req.url ?? '').split('?', 1)[0]?.replace(/\/+$/, '') === options.path,
    admit,
  };
}
