import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { refused, unreachable } from './failure.ts';

export interface Call {
  readonly url: URL;
  /** Bearer token; null when the server needs none. */
  readonly key: string | null;
  /** Sent by POST as JSON; without a body the call is a GET. */
  readonly body?: unknown;
  /** From the start to the last byte of the answer. */
  readonly timeoutMs: number;
}

const maxAnswerBytes = 8 * 1024 * 1024;

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw refused('its answer is larger than 8 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send({ url, key, body }: Call, signal: AbortSignal): Promise<IncomingMessage> {
  const text = body === undefined ? null : JSON.stringify(body);
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(text === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = open(url, { method: text === null ? 'GET' : 'POST', headers, signal }, resolve);
    sent.on('error', reject);
    sent.end(text ?? undefined);
  });
}

function assertOk(status: number): void {
  if (status >= 200 && status < 300) return;
  const message = `it answered with status ${status}`;
  if (status >= 500 || status === 408 || status === 429) throw unreachable(message);
  throw refused(message);
}

/** The text of a 2xx answer. Throws `model_unreachable` or `model_refused`; the message quotes nothing of the answer. */
export async function call(request: Call): Promise<string> {
  const signal = AbortSignal.timeout(request.timeoutMs);
  let response: IncomingMessage;
  let text: string;
  try {
    response = await send(request, signal);
    text = await readText(response);
  } catch (cause) {
    if (signal.aborted) throw unreachable(`no answer within ${request.timeoutMs} ms`, cause);
    if (cause instanceof Error && cause.name === 'MendloopError') throw cause;
    throw unreachable('it cannot be reached, or the connection broke', cause);
  }
  assertOk(response.statusCode ?? 0);
  return text;
}
