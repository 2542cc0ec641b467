import http from 'node:http';
import type { CrashDelivery } from './deliveries.ts';

/** GitHub gives up on an answer after so long. */
const timeoutMs = 10_000;

/** Sends a delivery once: the status of the answer, or null where none came. */
export function sendDelivery(
  agent: http.Agent,
  url: string,
  { headers, body }: CrashDelivery,
): Promise<number | null> {
  return new Promise((resolve) => {
    const request = http.request(url, {
      agent,
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.once('error', () => resolve(null));
    request.once('response', (response) => {
      response.resume();
      // An answer counts when all of it has arrived.
      response.once('end', () => resolve(response.statusCode ?? null));
      response.once('error', () => resolve(null));
    });
    request.end(body);
  });
}
