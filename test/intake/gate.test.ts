import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { isDeliveryId } from '../../src/domain/ids.ts';
import { migrateAll } from '../../src/main/wiring/queue.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { temporaryHome } from '../support/home.ts';
import {
  addRepository,
  answerTo,
  type Answered,
  issuePayload,
  send,
  type Sent,
  signature,
} from './deliveries.ts';
import { formerSecret, type ServerProcess, startServerProcess } from './server-process.ts';

const mebibyte = 1024 * 1024;
const limit = 2 * mebibyte;

let database: TestDatabase;
let server: ServerProcess;

beforeAll(async () => {
  database = await testDatabase();
  await addRepository(database.db, 1, 'collect');
  server = await startServerProcess(database.url, { MAX_BODY_MIB: '2' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function stored(id: string) {
  const row = await database.db
    .selectFrom('delivery')
    .selectAll()
    .where('delivery_id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** Waits until the drain has judged it. */
async function judged(id: string) {
  await expect.poll(async () => (await stored(id))?.state).not.toBe('received');
  return stored(id);
}

/** Resolves with what the server said before it closed the connection. */
function untilClosed(socket: net.Socket): Promise<string> {
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  // A reset ends the connection as well; what was said before it counts.
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve(said)));
}

describe('a request that is no delivery is refused, and nothing of it is stored', () => {
  const uuid = () => randomUUID();
  const cases: readonly (readonly [string, number, Sent])[] = [
    ['no signature', 401, { headers: { 'x-hub-signature-256': null } }],
    ['a malformed signature', 401, { headers: { 'x-hub-signature-256': 'sha256=abc' } }],
    [
      'only the outdated sha1 signature',
      401,
      { headers: { 'x-hub-signature-256': null, 'x-hub-signature': 'sha1=0' } },
    ],
    ['the signature of another secret', 401, { secret: 'development' }],
    ['the signature of another body', 401, { headers: { 'x-hub-signature-256': signature('{}') } }],
    ['a form', 415, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['no content type', 415, { headers: { 'content-type': null } }],
    ['no event name', 400, { headers: { 'x-github-event': null } }],
    ['no delivery id', 400, { headers: { 'x-github-delivery': null } }],
    ['a delivery id that is no UUID', 400, { id: '12345' }],
    ['a body that is no JSON', 400, { body: '{"action":' }],
    ['an empty body', 400, { body: '' }],
    ['a body over the limit', 413, { body: Buffer.alloc(limit + 1, 'x') }],
    ['fields of the wrong types', 422, { body: { action: 7, repository: 'octo-org', issue: [] } }],
    ['a list instead of an object', 422, { body: [1, 2, 3] }],
  ];
  test.each(cases)('%s → %i', async (_, status, sent) => {
    const id = sent.id ?? uuid();
    const answer = await send(server, { ...sent, id });
    expect(answer.status).toBe(status);
    expect(isDeliveryId(id) ? await stored(id) : null).toBeNull();
  });

  test.each(['GET', 'PUT', 'DELETE', 'HEAD'])('%s → 405', async (method) => {
    expect((await send(server, { method })).status).toBe(405);
  });

  test('a chunked body, whose length nobody knows → 411', async () => {
    const request = post({ 'transfer-encoding': 'chunked' });
    const answer = answerTo(request);
    request.end(JSON.stringify(issuePayload(1)));
    expect((await answer).status).toBe(411);
  });

  test('more headers than a delivery has → 431', async () => {
    const answer = await send(server, { headers: { 'x-padding': 'p'.repeat(20_000) } });
    expect(answer.status).toBe(431);
  });

  test('a length that disagrees with the body is no delivery', async () => {
    const body = JSON.stringify(issuePayload(1));
    const id = randomUUID();
    const socket = net.connect(server.port, '127.0.0.1');
    socket.end(head(id, body.length + 100, signature(body)) + body);
    expect(await untilClosed(socket)).not.toContain(' 200 ');
    expect(await stored(id)).toBeNull();
  });

  test('an unknown path → 404', async () => {
    const answers = [await fetch(`${server.url}/api/github/other`), await fetch(`${server.url}/.env`)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    // What changes something elsewhere must come from the dashboard's own pages.
    expect((await send(server, { path: '/api/github/other' })).status).toBe(403);
  });

  test('no answer quotes what was sent', async () => {
    const answer = await send(server, { body: 'CANARY{', headers: { 'x-padding': 'CANARY' } });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('CANARY');
  });
});

function post(headers: Readonly<Record<string, string>>): http.ClientRequest {
  return http.request({
    host: '127.0.0.1',
    port: server.port,
    method: 'POST',
    path: '/api/github/webhooks',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': signature(''),
      ...headers,
    },
    agent: false,
  });
}

function head(id: string, length: number, signed: string): string {
  return [
    'POST /api/github/webhooks HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${length}`,
    'x-github-event: issues',
    `x-github-delivery: ${id}`,
    `x-hub-signature-256: ${signed}`,
    '',
    '',
  ].join('\r\n');
}

describe('deliveries', () => {
  test('one with a good signature is durable when it is acknowledged', async () => {
    const id = randomUUID();
    expect((await send(server, { id })).status).toBe(200);
    expect(await stored(id)).toMatchObject({ event: 'issues', action: 'opened', payload_state: 'kept' });
  });

  test('one that is signed with the former secret is accepted while the secret is rotated', async () => {
    const id = randomUUID();
    expect((await send(server, { id, secret: formerSecret })).status).toBe(200);
    expect(await stored(id)).not.toBeNull();
  });

  test('the same one three times, also in capitals, is stored once and acknowledged each time', async () => {
    const id = randomUUID();
    const answers = [
      await send(server, { id }),
      await send(server, { id: id.toUpperCase() }),
      await send(server, { id }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await judged(id);
    const transitions = await database.db
      .selectFrom('transition')
      .select('to_status')
      .where('entity_id', '=', id)
      .execute();
    expect(transitions).toEqual([{ to_status: 'routed' }]);
  });

  test('an event that nobody knows is stored as ignored, with its reason', async () => {
    const id = randomUUID();
    expect((await send(server, { id, event: 'sandcastle' })).status).toBe(200);
    expect(await judged(id)).toMatchObject({ state: 'ignored', reason: 'unknown_event' });
  });

  test('one of a repository that is not installed keeps no text and is ignored', async () => {
    const id = randomUUID();
    expect((await send(server, { id, body: issuePayload(424_242) })).status).toBe(200);
    expect(await judged(id)).toMatchObject({
      state: 'ignored',
      reason: 'not_installed',
      payload: null,
      payload_state: 'withheld',
    });
  });

  test('NUL and lone surrogates in a title are replaced, not refused', async () => {
    const id = randomUUID();
    const body = JSON.stringify(issuePayload(1, 5, 'null \u0000 and half \ud83d end')).replace(
      '\ud83d',
      '\\ud83d',
    );
    expect((await send(server, { id, body })).status).toBe(200);
    const row = await judged(id);
    expect(row?.payload).toMatchObject({ issue: { title: 'null \ufffd and half \ufffd end' } });
    expect(row?.state).toBe('routed');
  });

  test('an issue of 1 MB is accepted and stored cut', async () => {
    const id = randomUUID();
    const body = issuePayload(1, 6, 'Large', 'word '.repeat(200_000));
    expect((await send(server, { id, body })).status).toBe(200);
    const row = await judged(id);
    expect(row?.state).toBe('routed');
    expect(JSON.stringify(row?.payload).length).toBeLessThan(10_000);
  });

  test('a poison payload fails alone beside thirty good ones of the same moment', async () => {
    const ids = Array.from({ length: 30 }, () => randomUUID());
    const poison = randomUUID();
    const bad = { ...issuePayload(1), action: 'open\u0000ed' };
    const sent = ids.map((id) => send(server, { id }));
    const refused = await send(server, { id: poison, body: bad });
    const answers = await Promise.all(sent);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(refused.status).toBe(503);
    expect(await stored(poison)).toBeNull();
    for (const id of ids) expect(await judged(id)).toMatchObject({ state: 'routed' });
  });
});

describe('slow senders', () => {
  function drip(socket: net.Socket, text: string): NodeJS.Timeout {
    return setInterval(() => {
      if (socket.writable) socket.write(text);
    }, 500);
  }

  test('headers that never end are cut off', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    const closed = untilClosed(socket);
    socket.write('POST /api/github/webhooks HTTP/1.1\r\nhost: 127.0.0.1\r\n');
    const dripping = drip(socket, 'x-drip: 1\r\n');
    expect(await closed).toContain(' 408 ');
    clearInterval(dripping);
  });

  test('a body that never ends is cut off', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    const closed = untilClosed(socket);
    socket.write(head(randomUUID(), 100_000, signature('')));
    const dripping = drip(socket, ' ');
    expect(await closed).toContain(' 408 ');
    clearInterval(dripping);
  });

  test('senders that announce much and send nothing do not keep others out', async () => {
    const sockets = Array.from({ length: 64 }, () => net.connect(server.port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write(head(randomUUID(), limit, signature('')));
    }
    await Promise.all(sockets.map((socket) => (socket.connecting ? once(socket, 'connect') : null)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answers: Answered[] = [await send(server), await send(server)];
    for (const socket of sockets) socket.destroy();
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('bodies that are held beyond the bound are told to come back, and their room is given back', async () => {
    const body = Buffer.alloc(limit, ' ');
    const holders = Array.from({ length: 40 }, () => net.connect(server.port, '127.0.0.1'));
    const ends = holders.map((socket) => untilClosed(socket));
    for (const socket of holders) {
      socket.write(head(randomUUID(), limit, signature('')));
      socket.write(body.subarray(1));
    }
    const said = await Promise.race(ends);
    expect(said).toContain(' 503 ');
    expect(said.toLowerCase()).toContain('retry-after: 5');
    for (const socket of holders) socket.destroy();
    await Promise.all(ends);
    await expect.poll(async () => (await send(server)).status).toBe(200);
  });

  test('a sender that is refused and goes on sending is disconnected', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    const closed = untilClosed(socket);
    socket.write(head(randomUUID(), 200 * mebibyte, signature('')));
    const dripping = drip(socket, 'x'.repeat(1000));
    expect(await closed).toContain(' 413 ');
    clearInterval(dripping);
  });
});

test('without its database the server acknowledges nothing, and once it is back it works without a restart', async () => {
  await using place = await temporaryHome();
  const first = await place.start();
  {
    await using connection = connect({ url: first.url, max: 2, applicationName: 'test' });
    await migrateAll(connection.db, first.url, createLog('silent'));
    await addRepository(connection.db, 1, 'collect');
  }
  await using lone = await startServerProcess(first.url);
  const before = randomUUID();
  expect((await send(lone, { id: before })).status).toBe(200);

  await first.stop();
  const during = Array.from({ length: 5 }, () => randomUUID());
  const refused = await Promise.all(during.map((id) => send(lone, { id })));
  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);

  const second = await place.start();
  expect(second.port).toBe(first.port);
  const after = randomUUID();
  await expect.poll(async () => (await send(lone, { id: after })).status, { timeout: 20_000 }).toBe(200);
  await using connection = connect({ url: second.url, max: 2, applicationName: 'test' });
  const states = () =>
    connection.db.selectFrom('delivery').select(['delivery_id', 'state']).orderBy('received_at').execute();
  await expect
    .poll(states, { timeout: 20_000 })
    .toEqual([before, after].map((delivery_id) => ({ delivery_id, state: 'routed' })));
});
