import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Core } from '../core.ts';
import { createApi } from './api.ts';
import { commitFault } from './fault-response.ts';
import { isGitPath, serveGit } from './git-route.ts';
import type { RequestKind, RequestRecord } from './request-log.ts';

export async function listen(port: number): Promise<{ readonly server: Server; readonly web: string }> {
  const server = createServer();
  // Longer than clients keep idle connections: a reused one must not meet a close.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return { server, web: `http://127.0.0.1:${chosen}` };
}

/** Takes requests from now on: git clients stream, everything else goes through the API. */
export function serve(core: Core, server: Server): void {
  const records = new WeakMap<IncomingMessage, RequestRecord>();
  const api = createApi(core, (c) => records.get(c.env.incoming) ?? startRecord(core, c.env.incoming));
  const answer = getRequestListener(api.fetch);
  server.on('request', (req, res) => {
    const record = startRecord(core, req);
    records.set(req, record);
    core.requests.add(record);
    res.once('finish', () => void (record.status = res.statusCode));
    const fault = core.faults.takeRequestFault(record.method, pathOf(req));
    if (fault !== null && commitFault(req, res, fault, core.now())) return;
    if (isGitPath(pathOf(req))) runGit(core, req, res, record);
    else void answer(req, res);
  });
}

/** Cuts every connection: nothing is left that could keep the process alive. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function runGit(core: Core, req: IncomingMessage, res: ServerResponse, record: RequestRecord): void {
  serveGit(core, req, res, record).catch((error: unknown) => {
    console.error('loopback GitHub:', error);
    res.destroy();
  });
}

function startRecord(core: Core, req: IncomingMessage): RequestRecord {
  return {
    at: core.now(),
    kind: kindOf(pathOf(req)),
    method: req.method ?? 'GET',
    path: req.url ?? '/',
    userAgent: req.headers['user-agent'] ?? null,
    job: headerOf(req, 'x-mendloop-job'),
    delivery: headerOf(req, 'x-github-delivery'),
    caller: 'anonymous',
    installationId: null,
    permissions: null,
    repository: null,
    needed: [],
    status: 0,
  };
}

function kindOf(path: string): RequestKind {
  if (path === '/api/graphql') return 'graphql';
  if (path.startsWith('/api/')) return 'rest';
  return isGitPath(path) ? 'git' : 'oauth';
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? '/').replace(/\?.*$/, '');
}

function headerOf(req: IncomingMessage, name: string): string | null {
  const value = req.headers[name];
  return typeof value === 'string' ? value : null;
}
