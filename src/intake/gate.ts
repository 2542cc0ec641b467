import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeliveryId } from '../domain/ids.ts';
import { BodyBudget, readBody } from '../http/body.ts';
import { type HttpRefusal, refuseAndClose } from '../http/respond.ts';

export interface GateOptions {
  readonly path: string;
  /** Largest body in bytes. */
  readonly maxBodyBytes: number;
  /** Bytes of all bodies that are being read; a body that exceeds the bound is refused with 503. */
  readonly maxBufferedBytes: number;
  /** The secret in force first, then the one before it. */
  readonly secrets: readonly string[];
}

function refusal(status: number, error: string): HttpRefusal {
  return { status, error };
}

function header(req: IncomingMessage, name: string): string {
  const value = req.headers[name];
  return typeof value === 'string' ? value : '';
}

/** The checks before a byte of the body is read. */
function inspect(req: IncomingMessage, options: GateOptions): HttpRefusal | null {
  if (req.method !== 'POST') return refusal(405, 'only POST is answered here');
  const length = Number(header(req, 'content-length') || Number.NaN);
  if (!Number.isSafeInteger(length) || length < 0) return refusal(411, 'Content-Length is required');
  if (length > options.maxBodyBytes)
    return refusal(413, `the body is larger than ${options.maxBodyBytes} bytes`);
  if (!/^application\/json\s*(;|$)/i.test(header(req, 'content-type')))
    return refusal(415, 'send application/json');
  if (header(req, 'x-github-event') === '') return refusal(400, 'X-GitHub-Event is missing');
  if (!isDeliveryId(header(req, 'x-github-delivery'))) return refusal(400, 'X-GitHub-Delivery is not a UUID');
  if (!/^sha256=[0-9a-f]{64}$/i.test(header(req, 'x-hub-signature-256'))) {
    return refusal(401, 'X-Hub-Signature-256 is missing or malformed');
  }
  return null;
}

const tooMuch: HttpRefusal = {
  status: 503,
  error: 'too many deliveries at once',
  headers: { 'retry-after': '5' },
};
const cutOff = refusal(400, 'the body was cut off');

async function readDelivery(
  req: IncomingMessage,
  length: number,
  budget: BodyBudget,
): Promise<Buffer | HttpRefusal> {
  const body = await readBody(req, budget);
  if (body === 'over_budget') return tooMuch;
  return body === 'cut_off' || body.length !== length ? cutOff : body;
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
  const budget = new BodyBudget(options.maxBufferedBytes);
  const [current = ''] = options.secrets;

  async function admit(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const refused = inspect(req, options);
    if (refused) {
      refuseAndClose(req, res, refused);
      return false;
    }
    const length = Number(header(req, 'content-length'));
    const body = await readDelivery(req, length, budget);
    if (!Buffer.isBuffer(body)) {
      refuseAndClose(req, res, body);
      return false;
    }
    const given = header(req, 'x-hub-signature-256');
    const match = options.secrets.findIndex((secret) => matches(sign(secret, body), given));
    if (match === -1) {
      refuseAndClose(req, res, refusal(401, 'the signature does not match'));
      return false;
    }
    // Probot knows one secret: a delivery with a signature by the older secret gets one by the current secret.
    if (match > 0) req.headers['x-hub-signature-256'] = sign(current, body);
    Object.assign(req, { rawBody: body, body: {} });
    return true;
  }

  return {
    handles: (req: IncomingMessage) => (req.url ?? '').split('?', 1)[0]?.replace(/\/+$/, '') === options.path,
    admit,
  };
}
