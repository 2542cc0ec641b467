import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { lockedFetch } from './locked-fetch.ts';

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Host {
  readonly origin: string;
  readonly seen: readonly string[];
}

async function host(answer: (req: IncomingMessage, res: ServerResponse) => void): Promise<Host> {
  const seen: string[] = [];
  const server = createServer((req, res) => {
    seen.push(`${req.method} ${req.url}`);
    answer(req, res);
  });
  open.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function redirect(to: string, status = 301) {
  return (req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/end') res.end('arrived');
    else res.writeHead(status, { location: to }).end();
  };
}

const soon = { timeoutMs: 5000 };
const refused = expect.objectContaining({ code: 'host_refused' });

describe('a locked fetch', () => {
  it('answers from its own origin', async () => {
    const own = await host((_req, res) => res.end('hello'));
    const answer = await lockedFetch(own.origin, soon)(`${own.origin}/x`);
    expect(await answer.text()).toBe('hello');
  });

  it('sends nothing to another host, or to another port of the same one', async () => {
    const own = await host((_req, res) => res.end());
    const other = await host((_req, res) => res.end());
    const send = lockedFetch(own.origin, soon);
    await expect(send(`${other.origin}/x`, { headers: { authorization: 'Bearer secret' } })).rejects.toThrow(
      refused,
    );
    await expect(send(new Request(`${other.origin}/x`))).rejects.toThrow(refused);
    await expect(send(own.origin.replace('127.0.0.1', 'localhost'))).rejects.toThrow(refused);
    expect(other.seen).toEqual([]);
  });

  it('follows a redirect of a read within its origin', async () => {
    const own = await host(redirect('/end'));
    const answer = await lockedFetch(own.origin, soon)(`${own.origin}/moved`);
    expect(await answer.text()).toBe('arrived');
    expect(own.seen).toEqual(['GET /moved', 'GET /end']);
  });

  it.each([301, 302, 307, 308])('follows no redirect (%i) to another host', async (status) => {
    const other = await host((_req, res) => res.end());
    const own = await host(redirect(`${other.origin}/end`, status));
    await expect(lockedFetch(own.origin, soon)(`${own.origin}/moved`)).rejects.toThrow(refused);
    expect(other.seen).toEqual([]);
  });

  it('hands the redirect of a write back instead of following it', async () => {
    const own = await host(redirect('/end', 307));
    const answer = await lockedFetch(own.origin, soon)(`${own.origin}/moved`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(307);
    expect(own.seen).toEqual(['POST /moved']);
  });

  it('gives up a circle of redirects', async () => {
    const own = await host(redirect('/again'));
    const answer = await lockedFetch(own.origin, soon)(`${own.origin}/again`);
    expect(answer.status).toBe(301);
    expect(own.seen).toHaveLength(4);
  });

  it('gives up a server that does not answer', async () => {
    const own = await host(() => undefined);
    await expect(lockedFetch(own.origin, { timeoutMs: 50 })(own.origin)).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    );
  });

  it('ends when its caller is cancelled', async () => {
    const own = await host(() => undefined);
    const signal = AbortSignal.abort();
    await expect(lockedFetch(own.origin, soon)(own.origin, { signal })).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });
});
