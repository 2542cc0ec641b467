import { createHash } from 'node:crypto';
import type { ApiError } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import type { Json } from '../shapes/json.ts';
import type { ApiContext } from './context.ts';

const documentation = 'https://docs.github.com/rest';

/** Answers JSON, with an ETag that a `GET` may come back with, and checks the answer against the contract. */
export function reply(core: Core, c: ApiContext, value: Json, status: 200 | 201 | 202 = 200): Response {
  const text = JSON.stringify(value);
  core.contract?.response(c.req.method, c.req.path, status, value);
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' });
  if (c.req.method === 'GET') {
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
    headers.set('etag', etag);
    headers.set('cache-control', 'private, max-age=60, s-maxage=60');
    if (c.req.header('if-none-match') === etag) return c.newResponse(null, 304, Object.fromEntries(headers));
  }
  return c.newResponse(text, status, Object.fromEntries(headers));
}

export function replyText(c: ApiContext, text: string | Buffer, type: string): Response {
  const body = typeof text === 'string' ? text : new Uint8Array(text);
  return c.newResponse(body, 200, { 'content-type': type });
}

export function replyError(error: ApiError): Response {
  const body = JSON.stringify({
    message: error.message,
    documentation_url: documentation,
    status: String(error.status),
  });
  const headers = { 'content-type': 'application/json; charset=utf-8', ...error.headers };
  return new Response(body, { status: error.status, headers });
}

/** `diff`, `patch` or `raw` when the `Accept` header asks for one. */
export function mediaType(c: ApiContext): 'json' | 'diff' | 'patch' | 'raw' {
  const match = /application\/vnd\.github\.(?:v3\.)?(diff|patch|raw)\b/.exec(c.req.header('accept') ?? '');
  const name = match?.[1];
  return name === 'diff' || name === 'patch' || name === 'raw' ? name : 'json';
}
