import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Refusal, refusal, tryLater } from './refusal.ts';

/** The largest body, in bytes (docs/contracts/reward.md#reward-server). */
const maxBodyBytes = 32 * 1024 * 1024;
/** Most bytes of all bodies that are read or scored at the same time; a single body always fits. */
const maxHeldBytes = 4 * maxBodyBytes;

/** Memory reserved for the body of one request, until `release`. */
export interface Reservation {
  readonly bytes: number;
  release(): void;
}

export interface Admission {
  /** Checks token, type, length and queue before any byte of the body is read. */
  admit(req: IncomingMessage): Reservation | Refusal;
}

/** `isFull`: whether the queue takes no more items. */
export function createAdmission(token: string, isFull: () => boolean): Admission {
  const wanted = digest(`Bearer ${token}`);
  let held = 0;
  return {
    admit(req) {
      const given = digest(req.headers.authorization ?? '');
      if (!timingSafeEqual(given, wanted)) return unauthorized;
      const bytes = announced(req);
      if (typeof bytes !== 'number') return bytes;
      if (isFull() || held + bytes > maxHeldBytes) return queueIsFull;
      held += bytes;
      return { bytes, release: once(() => (held -= bytes)) };
    },
  };
}

const unauthorized = refusal(401, 'the bearer token is missing or wrong', { 'www-authenticate': 'Bearer' });

export const queueIsFull = tryLater(429, 'the queue is full');

function announced(req: IncomingMessage): number | Refusal {
  const type = req.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) return refusal(415, 'send application/json');
  const length = Number(req.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) return refusal(411, 'Content-Length is required');
  if (length > maxBodyBytes) return refusal(413, `the body is larger than ${maxBodyBytes} bytes`);
  return length;
}

/** Digests have equal length, so the comparison takes the same time for any token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
