import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { WebApp } from '../../src/web/page/environment.ts';

export interface Site extends AsyncDisposable {
  readonly url: string;
}

/** Serves a dashboard over real HTTP on loopback. */
export async function serveSite(app: WebApp): Promise<Site> {
  const answer = getRequestListener((request, env) => app.fetch(request, env));
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
