import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenGrants } from '../../main/wiring/stages.ts';
import { createMint } from './mint.ts';
import type { TokenBroker, TokenRequest } from './protocol.ts';

const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const start = Date.parse('2024-05-01T08:00:00Z');

let server: Server;
let asked: { url: string | undefined; job: unknown; body: unknown }[];
let status = 201;
let now = start;
let broker: TokenBroker;

beforeAll(async () => {
  server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk) => (text += String(chunk)));
    req.on('end', () => {
      asked.push({ url: req.url, job: req.headers['x-mendloop-job'], body: JSON.parse(text) });
      const expires_at = new Date(now + 3_600_000).toISOString();
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ token: `token-${asked.length}`, expires_at }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(() => server.close());

beforeEach(() => {
  asked = [];
  status = 201;
  now = start;
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  broker = createMint({ grants: tokenGrants, appId: '42', key, apiUrl, now: () => now });
});

function forRepository(kind: string, repository_id: number | null = 9): TokenRequest {
  return { want: 'installation', kind, installation_id: 3, repository_id };
}

describe('a token of an installation', () => {
  const kinds = Object.keys(tokenGrants).filter((kind) => tokenGrants[kind]?.installation);

  it.each(kinds)('for %s has the permissions of the table and one repository', async (kind) => {
    await broker.token(forRepository(kind));
    expect(asked).toEqual([
      {
        url: '/app/installations/3/access_tokens',
        job: kind,
        body: { repository_ids: [9], permissions: tokenGrants[kind]?.installation },
      },
    ]);
  });

  it('never takes permissions from the one who asks', async () => {
    const greedy = { ...forRepository('collect.issue'), permissions: { contents: 'write' } };
    await broker.token(greedy);
    expect(asked[0]?.body).toMatchObject({ permissions: { issues: 'read', metadata: 'read' } });
  });

  it('is kept for its kind and repository, and only until ten minutes before its end', async () => {
    const first = await broker.token(forRepository('collect.pull'));
    expect(await broker.token(forRepository('collect.pull'))).toEqual(first);
    expect((await broker.token(forRepository('collect.pull', 10))).token).not.toBe(first.token);
    expect((await broker.token(forRepository('collect.issue'))).token).not.toBe(first.token);
    now += 51 * 60_000;
    expect((await broker.token(forRepository('collect.pull'))).token).not.toBe(first.token);
  });

  it.each([
    [401, 'github_unauthorized'],
    [404, 'github_not_found'],
    [422, 'github_forbidden'],
    [500, 'github_unavailable'],
  ])('that GitHub refuses with %i is %s, and not kept', async (refusal, code) => {
    status = refusal;
    await expect(broker.token(forRepository('collect.pull'))).rejects.toThrow(
      expect.objectContaining({ code }),
    );
    status = 201;
    expect((await broker.token(forRepository('collect.pull'))).token).toBe('token-2');
  });
});

describe('what is not declared', () => {
  const undeclared = expect.objectContaining({ code: 'permission_undeclared' });

  it.each(['deliveries.sweep', 'doctor'] as const)(
    'is refused: an installation token for %s',
    async (kind) => {
      await expect(broker.token(forRepository(kind))).rejects.toThrow(undeclared);
    },
  );

  it.each(['collect.pull', 'collect.issue'] as const)(
    'is refused: to speak as the App for %s',
    async (kind) => {
      await expect(broker.token({ want: 'app', kind })).rejects.toThrow(undeclared);
    },
  );

  it('is refused: a kind that nobody knows', async () => {
    for (const kind of ['toString', 'propose', '']) {
      await expect(broker.token(forRepository(kind))).rejects.toThrow(undeclared);
    }
  });

  it('is refused before anything is asked of GitHub', async () => {
    await expect(broker.token(forRepository('doctor'))).rejects.toThrow(undeclared);
    expect(asked).toEqual([]);
  });
});

it('the token of the App lives two minutes', async () => {
  const { expiresAt } = await broker.token({ want: 'app', kind: 'installation.sync' });
  expect(expiresAt - now).toBe(120_000);
});
