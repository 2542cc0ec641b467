import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { MendloopError } from '../../domain/errors.ts';

const timeoutMs = 10_000;
const maxBytes = 4 * 1024 * 1024;

export interface RayResponse {
  readonly status: number;
  /** Null where the body is no JSON: Ray's refusals are text. */
  readonly json: unknown;
  readonly text: string;
}

export type AskRay = (
  method: 'GET' | 'POST',
  path: string,
  signal: AbortSignal,
  body?: unknown,
) => Promise<RayResponse>;

function read(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) response.destroy(new Error(`more than ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.once('error', reject);
    response.once('aborted', () => reject(new Error('the answer broke off')));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * Speaks to a Ray dashboard. With `node:http`: Ray takes the headers of `fetch` for a browser's and refuses every POST with
 * 405 (docs/contracts/clusters.md#headers). No answer within 10 s is `cluster_unreachable`: a head without its GCS takes requests and never answers.
 */
export function rayClient(url: string, token: string | null): AskRay {
  const base = new URL(url);
  const start = base.protocol === 'https:' ? requestSecure : requestPlain;
  return async (method, path, signal, body) => {
    const target = new URL(`${base.pathname.replace(/\/+$/, '')}${path}`, base);
    const content = body === undefined ? null : Buffer.from(JSON.stringify(body));
    const headers = {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(content === null ? {} : { 'content-type': 'application/json', 'content-length': content.length }),
    };
    const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const call = start(target, { method, headers, signal: ends, agent: false }, resolve);
        call.once('error', reject);
        call.end(content);
      });
      const text = await read(response);
      return { status: response.statusCode ?? 0, json: parsed(text), text };
    } catch (cause) {
      signal.throwIfAborted();
      throw new MendloopError('cluster_unreachable', 'the Ray dashboard does not answer', { cause });
    }
  };
}
