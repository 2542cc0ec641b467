import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { SignedPayload } from './payloads.ts';

/** Sends one delivery; resolves with the milliseconds until its acknowledgement. Rejects on anything but 200. */
export function deliver(
  agent: http.Agent,
  port: number,
  payload: SignedPayload,
  id: string,
): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: '/api/github/webhooks',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': payload.body.length,
          'x-github-event': payload.event,
          'x-github-delivery': id,
          'x-hub-signature-256': payload.signature,
        },
      },
      (response) => {
        response.resume();
        response.once('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - started);
          else reject(new Error(`status ${response.statusCode}`));
        });
      },
    );
    request.once('error', reject);
    request.end(payload.body);
  });
}

/** Closed loop: `connections` senders, each sending its next delivery after the last was acknowledged. */
export async function closedLoop(
  port: number,
  payload: SignedPayload,
  connections: number,
  total: number,
): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  let left = total;
  async function sender(): Promise<void> {
    while (left > 0) {
      left -= 1;
      await deliver(agent, port, payload, randomUUID());
    }
  }
  await Promise.all(Array.from({ length: connections }, sender));
  agent.destroy();
}

export interface SentDelivery {
  readonly id: string;
  /** Milliseconds since the epoch at which it was due, whether or not the sender was late. */
  readonly dueAt: number;
  readonly acknowledgedMs: number;
}

/** Open loop: one delivery every `1000 / rate` ms, however long the answers take; latency counts from when it was due. */
export async function openLoop(
  port: number,
  payloads: readonly SignedPayload[],
  rate: number,
  seconds: number,
): Promise<SentDelivery[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
  const total = rate * seconds;
  const start = Date.now() + 200;
  const sent: Promise<SentDelivery>[] = [];
  for (let index = 0; index < total; index += 1) {
    const dueAt = start + (index * 1000) / rate;
    const wait = dueAt - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const payload = payloads[index % payloads.length];
    if (!payload) throw new Error('no payload');
    const id = randomUUID();
    sent.push(
      deliver(agent, port, payload, id).then(() => ({ id, dueAt, acknowledgedMs: Date.now() - dueAt })),
    );
  }
  const done = await Promise.all(sent);
  agent.destroy();
  return done;
}

/** The value below which the share `p` of all values lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}
