import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Refusal, refusal, tryLater } from './refusal.ts';

/** The largest body, in bytes (docs/contracts/reward.md#reward-server). */
const maxBodyBytes = 32 * 1024 * 1024;
/** What the bodies that are being read or scored may hold together; one alone always fits. */
const maxHeldBytes = 4 * maxBodyBytes;

/** What a request may take of the server, until it gives it back. */
export interface Place {
  readonly bytes: number;
  release(): void;
}

export interface Doorkeeper {
  /** Everything that can be said before a byte of the body is read. */
  admit(req: IncomingMessage): Place | Refusal;
}

/** `isFull` says whether the queue takes no more items. */
export function createDoorkeeper(token: string, isFull: () => boolean): Doorkeeper {
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

/** Of equal length, so that the comparison takes the same time for any token. */
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
