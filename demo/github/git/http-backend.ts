import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gitEnvironment } from './run.ts';

export interface BackendRequest {
  readonly root: string;
  /** `/12.git/info/refs`, below the root. */
  readonly path: string;
  readonly query: string;
  /** Login that may push, or `null` for reading only. */
  readonly pusher: string | null;
}

const headEnd = /\r?\n\r?\n/;

/**
 * Runs `git http-backend` for one request and streams both ways. Resolves once git has ended and all its
 * output is written, before the response is ended: the caller still may act on a push.
 */
export function runBackend(
  req: IncomingMessage,
  res: ServerResponse,
  request: BackendRequest,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = gitEnvironment(cgiVariables(req, request));
    const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    // The child may stop reading before the body ends, for a refused push for example.
    child.stdin.on('error', () => req.resume());
    req.pipe(child.stdin);
    res.on('close', () => {
      if (child.exitCode === null) child.kill();
    });
    forward(child.stdout, res);
    child.on('error', reject);
    child.on('close', () => {
      if (!res.headersSent) res.writeHead(500);
      resolve();
    });
  });
}

/** CONTENT_LENGTH is never passed: large bodies are chunked, and the pipe's end says enough. */
function cgiVariables(req: IncomingMessage, request: BackendRequest): Record<string, string> {
  const variables: Record<string, string> = {
    GIT_PROJECT_ROOT: request.root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: request.path,
    QUERY_STRING: request.query,
    REQUEST_METHOD: req.method ?? 'GET',
    REMOTE_ADDR: '127.0.0.1',
  };
  const copied = {
    CONTENT_TYPE: req.headers['content-type'],
    HTTP_CONTENT_ENCODING: req.headers['content-encoding'],
    GIT_PROTOCOL: req.headers['git-protocol'],
    REMOTE_USER: request.pusher ?? undefined,
  };
  for (const [name, value] of Object.entries(copied)) {
    if (typeof value === 'string') variables[name] = value;
  }
  return variables;
}

function forward(output: NodeJS.ReadableStream, res: ServerResponse): void {
  let head: Buffer | null = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    if (head === null) return write(output, res, chunk);
    head = Buffer.concat([head, chunk]);
    const text = head.toString('latin1');
    const end = headEnd.exec(text);
    if (end === null) return undefined;
    writeHead(res, text.slice(0, end.index));
    const rest = head.subarray(end.index + end[0].length);
    head = null;
    return rest.length > 0 ? write(output, res, rest) : undefined;
  });
}

function write(output: NodeJS.ReadableStream, res: ServerResponse, chunk: Buffer): void {
  if (res.destroyed) return;
  if (res.write(chunk)) return;
  output.pause();
  res.once('drain', () => output.resume());
}

function writeHead(res: ServerResponse, text: string): void {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  res.writeHead(status, headers);
}
